<section id="comments">
	<ol class="comment-list"><?php wp_list_comments( array( 'style' => 'ol' ) ); ?></ol>
	<?php if ( ! comments_open() ) : ?>
		<p class="no-comments">Comments are closed.</p>
	<?php endif; ?>
</section>
