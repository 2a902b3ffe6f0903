<?php
/* The acts that control.php offers. Each takes an array and returns one, or a WP_Error. */

class Backchannel_Acts {
	const OPTIONS = array(
		'comment_moderation'          => 'comment_moderation',
		'comment_previously_approved' => 'comment_previously_approved',
		'comment_registration'        => 'comment_registration',
		'flood_seconds'               => 'backchannel_flood_seconds',
		'disallowed_words'            => 'disallowed_keys',
		'anonymous_rest_comments'     => 'backchannel_anonymous',
		'excerpt_only'                => 'rss_use_excerpt',
		'max_links'                   => 'comment_max_links',
		'rest'                        => 'backchannel_rest',
		'rest_linked'                 => 'backchannel_rest_linked',
		'comment_routes'              => 'backchannel_comment_routes',
		'authorization_header'        => 'backchannel_authorization_header',
		'language'                    => 'backchannel_language',
	);
	const ACTS    = array( 'approve' => 'approve', 'hold' => 'hold', 'spam' => 'spam', 'trash' => 'trash' );
	const STORED  = array( '1' => 'approved', '0' => 'hold' );

	public static function publish( $sent ) {
		global $wpdb;
		$author = get_user_by( 'login', $sent['author'] );
		$author = $author ? $author->ID : self::add_user( array( 'login' => $sent['author'], 'role' => 'author' ) )['id'];
		$terms  = array();
		foreach ( $sent['categories'] as $name ) {
			$term    = term_exists( $name, 'category' );
			$term    = $term ? $term : wp_insert_term( $name, 'category' );
			$terms[] = (int) $term['term_id'];
		}
		wp_set_current_user( 1 );
		// A draft first, as in the editor: that is what makes the guid a number and not the permalink.
		$id = wp_insert_post( array( 'post_title' => 'Draft', 'post_status' => 'draft', 'post_type' => $sent['kind'] ) );
		$id = wp_update_post(
			wp_slash(
				array(
					'ID'             => $id,
					'edit_date'      => true,
					'post_title'     => $sent['title'],
					'post_content'   => $sent['html'],
					'post_author'    => $author,
					'post_category'  => $terms,
					'post_status'    => 'publish',
					'post_date'      => $sent['date'],
					'post_date_gmt'  => $sent['date'],
					'comment_status' => $sent['comments_open'] ? 'open' : 'closed',
					'ping_status'    => 'closed',
					'post_name'      => '',
				)
			),
			true
		);
		if ( is_wp_error( $id ) ) {
			return $id;
		}
		if ( $sent['guid'] ) {
			// As after an import, or (permalink) as of a post that was made in one step.
			$guid = 'permalink' === $sent['guid'] ? get_permalink( $id ) : $sent['guid'];
			$wpdb->update( $wpdb->posts, array( 'guid' => $guid ), array( 'ID' => $id ) );
		}
		self::set_modified( $id, $sent['date'] );
		return self::post( $id );
	}

	public static function edit_post( $sent ) {
		wp_set_current_user( 1 );
		$names  = array( 'title' => 'post_title', 'html' => 'post_content', 'slug' => 'post_name' );
		$names += array( 'status' => 'post_status', 'comments' => 'comment_status', 'password' => 'post_password' );
		$values = array( 'ID' => $sent['id'] );
		foreach ( $names as $ours => $theirs ) {
			if ( isset( $sent[ $ours ] ) ) {
				$values[ $theirs ] = $sent[ $ours ];
			}
		}
		if ( isset( $sent['status'] ) && 'trash' === get_post_status( $sent['id'] ) ) {
			wp_untrash_post( $sent['id'] );
		}
		$id = wp_update_post( wp_slash( $values ), true );
		return is_wp_error( $id ) ? $id : self::post( $id );
	}

	public static function trash_post( $sent ) {
		return array( 'done' => (bool) wp_trash_post( $sent['id'] ) );
	}

	public static function comment( $sent ) {
		$user = $sent['as_user'] ? get_user_by( 'login', $sent['as_user'] ) : null;
		wp_set_current_user( $user ? $user->ID : 0 );
		$data = array(
			'comment_post_ID'      => $sent['post'],
			'comment_parent'       => $sent['parent'],
			'comment_content'      => $sent['text'],
			'comment_author'       => $sent['author'] ?? $user->display_name,
			'comment_author_email' => $sent['email'] ?? $user->user_email,
			'comment_author_url'   => $sent['url'],
			'comment_author_IP'    => '127.0.0.1',
			'comment_agent'        => '',
			'comment_type'         => $sent['kind'] ?? 'comment',
			'comment_approved'     => array_search( $sent['status'], self::STORED, true ),
			'user_id'              => $user ? $user->ID : 0,
			'comment_date'         => $sent['date'],
			'comment_date_gmt'     => $sent['date'],
		);
		if ( false === $data['comment_approved'] ) {
			$data['comment_approved'] = $sent['status'];
		}
		$id = wp_insert_comment( wp_filter_comment( wp_slash( $data ) ) );
		return self::rows( 'comment_ID', $id )[0];
	}

	public static function edit_comment( $sent ) {
		wp_set_current_user( 1 );
		$data = array( 'comment_ID' => $sent['id'], 'comment_content' => $sent['text'] );
		return array( 'done' => wp_update_comment( wp_slash( $data ) ) );
	}

	public static function moderate( $sent ) {
		if ( 'delete' === $sent['act'] ) {
			return array( 'done' => wp_delete_comment( $sent['id'], true ) );
		}
		return array( 'done' => wp_set_comment_status( $sent['id'], self::ACTS[ $sent['act'] ] ) );
	}

	public static function comments( $sent ) {
		return $sent['post'] ? self::rows( 'comment_post_ID', $sent['post'] ) : self::rows( '1', 1 );
	}

	public static function add_user( $sent ) {
		$name = $sent['display_name'] ?? $sent['login'];
		$id   = wp_insert_user(
			array(
				'user_login'   => $sent['login'],
				'user_pass'    => wp_generate_password( 8 ),
				'user_email'   => $sent['login'] . '@blog.example',
				'display_name' => $name,
				'role'         => $sent['role'],
			)
		);
		if ( is_wp_error( $id ) ) {
			return $id;
		}
		foreach ( $sent['capabilities'] ?? array() as $capability ) {
			get_user_by( 'id', $id )->add_cap( $capability );
		}
		return array( 'id' => $id, 'name' => $name );
	}

	public static function application_password( $sent ) {
		$made = WP_Application_Passwords::create_new_application_password(
			get_user_by( 'login', $sent['login'] )->ID,
			array( 'name' => 'Backchannel ' . wp_generate_uuid4() )
		);
		return is_wp_error( $made ) ? $made : array( 'password' => WP_Application_Passwords::chunk_password( $made[0] ) );
	}

	public static function revoke_application_passwords( $sent ) {
		$user = get_user_by( 'login', $sent['login'] );
		return array( 'done' => WP_Application_Passwords::delete_all_application_passwords( $user->ID ) );
	}

	public static function configure( $sent ) {
		foreach ( $sent as $name => $value ) {
			if ( 'permalinks' === $name ) {
				self::set_permalinks( 'pretty' === $value ? '/%year%/%monthnum%/%postname%/' : '' );
			} else {
				if ( ! is_string( $value ) ) {
					$value = is_array( $value ) ? implode( "\n", $value ) : (int) $value;
				}
				update_option( self::OPTIONS[ $name ], $value );
			}
		}
		return array( 'done' => true );
	}

	public static function reset( $sent ) {
		global $wpdb;
		foreach ( array( 'posts', 'postmeta', 'comments', 'commentmeta', 'term_relationships' ) as $table ) {
			$wpdb->query( "DELETE FROM {$wpdb->$table}" ); // phpcs:ignore
		}
		$wpdb->query( "DELETE FROM {$wpdb->users} WHERE ID > 1" );
		$wpdb->query( "DELETE FROM {$wpdb->usermeta} WHERE user_id > 1" );
		WP_Application_Passwords::delete_all_application_passwords( 1 );
		return self::configure( $sent );
	}

	private static function set_permalinks( $structure ) {
		global $wp_rewrite;
		if ( get_option( 'permalink_structure' ) !== $structure ) {
			$wp_rewrite->set_permalink_structure( $structure );
			// A type that was registered under plain permalinks has no pretty ones.
			backchannel_register_note();
			$wp_rewrite->flush_rules( false );
		}
	}

	/* Publishing in two steps would leave the present as the time of a last change. */
	private static function set_modified( $id, $date ) {
		global $wpdb;
		$times = array( 'post_modified' => $date, 'post_modified_gmt' => $date );
		$wpdb->update( $wpdb->posts, $times, array( 'ID' => $id ) );
		clean_post_cache( $id );
	}

	private static function post( $id ) {
		$post = get_post( $id );
		return array(
			'id'     => $id,
			'link'   => get_permalink( $id ),
			'title'  => $post->post_title,
			'author' => get_user_by( 'id', $post->post_author )->display_name,
		);
	}

	private static function rows( $column, $value ) {
		global $wpdb;
		$found = $wpdb->get_results(
			$wpdb->prepare( "SELECT * FROM {$wpdb->comments} WHERE $column = %d ORDER BY comment_ID", $value ) // phpcs:ignore
		);
		$rows  = array();
		foreach ( $found as $row ) {
			$rows[] = array(
				'id'           => (int) $row->comment_ID,
				'post_id'      => (int) $row->comment_post_ID,
				'parent'       => (int) $row->comment_parent,
				'author'       => $row->comment_author,
				'status'       => self::STORED[ $row->comment_approved ] ?? $row->comment_approved,
				'link'         => get_comment_link( $row->comment_ID ),
				'content'      => $row->comment_content,
				'author_url'   => $row->comment_author_url,
				'author_email' => $row->comment_author_email,
				'user_id'      => (int) $row->user_id,
				'date'         => $row->comment_date_gmt,
			);
		}
		return $rows;
	}
}
