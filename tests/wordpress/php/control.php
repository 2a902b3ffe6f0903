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
