<?php
/*
 * Must-use plugin: the acts of a blog's people, for tests, behind a secret; and no mail to anyone.
 *
 * One act a request: POST /?backchannel-act=NAME with a JSON object, answered with JSON.
 */

function wp_mail() {
	return true;
}

remove_filter( 'comment_flood_filter', 'wp_throttle_comment_flood', 10 );
add_filter(
	'comment_flood_filter',
	function ( $is_flood, $last, $new ) {
		return $is_flood || ( $new - $last ) < (int) get_option( 'backchannel_flood_seconds', 15 );
	},
	10,
	3
);
add_filter(
	'rest_allow_anonymous_comments',
	function () {
		return (bool) get_option( 'backchannel_anonymous', false );
	}
);

// What plugins for hardening do, and servers that run PHP as CGI.
if ( ! get_option( 'backchannel_authorization_header', 1 ) ) {
	unset( $_SERVER['HTTP_AUTHORIZATION'], $_SERVER['PHP_AUTH_USER'], $_SERVER['PHP_AUTH_PW'] );
}
if ( ! get_option( 'backchannel_rest_linked', 1 ) ) {
	remove_action( 'wp_head', 'rest_output_link_wp_head' );
	remove_action( 'template_redirect', 'rest_output_link_header', 11 );
	remove_action( 'xmlrpc_rsd_apis', 'rest_output_rsd' );
}
add_filter(
	'rest_authentication_errors',
	function ( $result ) {
		$rest = get_option( 'backchannel_rest', 'open' );
		if ( true === $result || is_wp_error( $result ) || 'open' === $rest ) {
			return $result;
		}
		if ( 'forbidden' === $rest ) {
			return new WP_Error( 'rest_disabled', 'The REST API is disabled.', array( 'status' => 403 ) );
		}
		// As WordPress's handbook shows it.
		if ( ! is_user_logged_in() ) {
			return new WP_Error( 'rest_not_logged_in', 'You are not currently logged in.', array( 'status' => 401 ) );
		}
		return $result;
	}
);
add_filter(
	'rest_endpoints',
	function ( $endpoints ) {
		if ( ! get_option( 'backchannel_comment_routes', 1 ) ) {
			unset( $endpoints['/wp/v2/comments'], $endpoints['/wp/v2/comments/(?P<id>[\d]+)'] );
		}
		return $endpoints;
	}
);

// As the language pack would: the texts around comments in feeds.
add_filter(
	'gettext',
	function ( $translated, $text ) {
		$german = array(
			'Comment on %1$s by %2$s' => 'Kommentar zu %1$s von %2$s',
			'By: %s'                  => 'Von: %s',
			'Comments on: %s'         => 'Kommentare zu: %s',
			'Comments on %s'          => 'Kommentare zu %s',
			'Comments for %s'         => 'Kommentare für %s',
			'In reply to %s.'         => 'Als Antwort auf %s.',
		);
		return 'de' === get_option( 'backchannel_language', 'en' ) ? ( $german[ $text ] ?? $translated ) : $translated;
	},
	10,
	2
);

// What a plugin for short notes would add: a kind of content with a permalink and a REST route of its own.
function backchannel_register_note() {
	register_post_type(
		'note',
		array(
			'label'        => 'Notes',
			'public'       => true,
			'show_in_rest' => true,
			'rest_base'    => 'notes',
			'supports'     => array( 'title', 'editor', 'author', 'comments' ),
			'rewrite'      => array( 'slug' => 'notes' ),
		)
	);
}
add_action( 'init', 'backchannel_register_note' );

add_action(
	'wp_loaded',
	function () {
		if ( ! isset( $_GET['backchannel-act'] ) ) {
			return;
		}
		if ( ! hash_equals( BACKCHANNEL_SECRET, $_SERVER['HTTP_X_BACKCHANNEL_SECRET'] ?? '' ) ) {
			wp_die( 'no', 403 );
		}
		require __DIR__ . '/backchannel/acts.php';
		$sent   = json_decode( file_get_contents( 'php://input' ), true );
		$result = Backchannel_Acts::{ $_GET['backchannel-act'] }( $sent );
		wp_send_json( is_wp_error( $result ) ? array( 'error' => $result->get_error_message() ) : $result );
	}
);
