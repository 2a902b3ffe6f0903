"""Who may read a post, read a comment, change a comment.

It answers yes or no; the refusal's code is chosen where the question is asked.
"""

from sandbox.blog.state import Account, CommentRow, PostRow, State


def may_read_post(who: Account | None, post: PostRow) -> bool:
    """Published posts are everyone's; the others are their author's and the editors'."""
    if post.status == "publish":
        return True
    if who is None:
        return False
    if post.status == "private":
        return who.id == post.author_id or who.can("read_private_posts")
    return may_edit_post(who, post)


def may_edit_post(who: Account, post: PostRow) -> bool:
    """One's own with the right for its status, another's only with `edit_others_posts` too."""
    if who.id != post.author_id and not who.can("edit_others_posts"):
        return False
    return who.can("edit_published_posts" if post.status in {"publish", "private"} else "edit_posts")


def may_edit_comment(who: Account | None, comment: CommentRow, state: State) -> bool:
    """Moderators may; so may whoever may edit the post it stands on."""
    if who is None:
        return False
    if who.can("moderate_comments"):
        return True
    post = state.posts.get(comment.post_id)
    return post is not None and may_edit_post(who, post)


def may_read_comment(who: Account | None, comment: CommentRow, state: State) -> bool:
    """Approved ones on a readable post, one's own in any status, and those one may edit."""
    post = state.posts.get(comment.post_id)
    if comment.status == "approved" and post is not None and may_read_post(who, post):
        return True
    if who is not None and comment.user_id == who.id:
        return True
    return may_edit_comment(who, comment, state)
