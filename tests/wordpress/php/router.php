<?php
/* What a web server's rewrite rules do: files and folders are served as they are, the rest is WordPress's. */
$backchannel_path = rawurldecode( (string) parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) );
$backchannel_file = realpath( $_SERVER['DOCUMENT_ROOT'] . $backchannel_path );
if ( '/' !== $backchannel_path && $backchannel_file && is_file( $backchannel_file ) ) {
	return false;
}
$_SERVER['SCRIPT_NAME'] = '/index.php';
$_SERVER['PHP_SELF']    = '/index.php';
unset( $_SERVER['PATH_INFO'] );
require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
