<?php
/* Fills the empty database: run once by the PHP command line, with the site's folder as its argument. */
define( 'WP_INSTALLING', true );
$_SERVER['HTTP_HOST']   = $argv[2];
$_SERVER['REQUEST_URI'] = '/';
require $argv[1] . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install( $argv[3], 'admin', 'admin@blog.example', true, '', 'admin' );
update_option( 'template', 'plain' );
update_option( 'stylesheet', 'plain' );
