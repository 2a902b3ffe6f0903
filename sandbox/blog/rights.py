"""Rights to read a post, read a comment and change a comment; callers choose the error codes."""

from sandbox.blog.state import Account, CommentRow, PostRow, State


def may_read_post(who: Account | None, post: PostRow) -> bool:
    """Return True for published posts, and for the author and editors of others."""
    if post.status == "publish":
        return True
    if who is None:
        return False
    if post.status == "private":
        return who.id == post.author_id or who.can("read_private_posts")
    return may_edit_post(who, post)


def may_edit_post(who: Account, post: PostRow) -> bool:
    """Return True with the right for the post's status; others' posts need `edit_others_posts` too."""
    if who.id != post.author_id and not who.can("edit_others_posts"):
        return False
    return who.can("edit_published_posts" if post.status in {"publish", "private"} else "edit_posts")


def may_edit_comment(who: Account | None, comment: CommentRow, state: State) -> bool:
    """Return True for moderators, and for accounts that may edit the post."""
    if who is None:
        return False
    if who.can("moderate_comments"):
        return True
    post = state.posts.get(comment.post_id)
    return post is not None and may_edit_post(who, post)


def may_read_comment(who: Account | None, comment: CommentRow, state: State) -> bool:
    """Return True for approved comments on a readable post, one's own, and those that one may edit."""
    post = state.posts.get(comment.post_id)
    if comment.status == "approved" and post is not None and may_read_post(who, post):
        return True
    if who is not None and comment.user_id == who.id:
        return True
    return may_edit_comment(who, comment, state)
