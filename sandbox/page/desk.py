"""The blog's admin forms: write and edit a post, the moderator's queue, the tools beside posts and comments.

`blog_acts` performs what they send.
"""

from html import unescape

from sandbox.blog import text
from sandbox.blog.state import CommentRow, PostRow
from sandbox.page.markup import Markup, ago, avatar, cleaned, html
from sandbox.page.stage import Stage
from sandbox.page.view import READER, View

#: Explanations of each act: what the bot notices of it.
_HIDDEN = (
    "WordPress shows these to moderators only. Connected as a subscriber, the bot takes them for waiting, until they "
    "are approved or deleted for good."
)

#: The prefix of a view's field while a comment is edited; its number follows.
EDIT_COMMENT = "comment-"

#: Status to the acts that change it.
_ACTS = {
    "hold": ("approve", "spam", "trash"),
    "approved": ("hold", "spam", "trash"),
    "spam": ("approve", "delete"),
    "trash": ("approve", "delete"),
}
_WORDS = {"approve": "Approve", "hold": "Hold", "spam": "Spam", "trash": "Trash", "delete": "Delete for good"}
_HEADINGS = {"hold": "Waiting for you", "spam": "Spam", "trash": "Trash"}


def queue(stage: Stage, view: View) -> Markup:
    """Draw the comments that are not published, by their status."""
    sections = []
    for status, heading in _HEADINGS.items():
        rows = [row for row in stage.blog.state.rows.values() if row.status == status]
        if rows or status == "hold":
            items = [_queued(stage, view, row) for row in reversed(rows)] or Markup(
                '<li class="empty">Nothing waits. New commenters, and first replies from chat, are held here.</li>'
            )
            hint = "" if status == "hold" else html('<p class="hint">{hidden}</p>', hidden=_HIDDEN)
            template = "<h4>{heading}</h4>{hint}<ul>{items}</ul>"
            sections.append(html(template, heading=heading, hint=hint, items=items))
    words = ", ".join(f"“{word}”" for word in stage.blog.state.options.disallowed_words)
    return html(
        '<section class="queue"><h3>Comments to moderate</h3>{binned}{sections}</section>',
        binned=html('<p class="hint">Whatever says {words} is binned at once.</p>', words=words) if words else "",
        sections=sections,
    )


def _queued(stage: Stage, view: View, row: CommentRow) -> Markup:
    post = stage.blog.state.posts.get(row.post_id)
    parent = stage.blog.state.rows.get(row.parent)
    name = unescape(row.author)
    return html(
        '<li class="remark" id="queued-{id}">{avatar}<div><p class="by"><b>{name}</b> {when}</p>'
        '<p class="meta">{under}<a href="{to}">{title}</a></p><div class="prose">{body}</div>'
        '<div class="row">{tools}</div></div></li>',
        id=row.id,
        avatar=avatar(name),
        name=name,
        when=ago(row.date),
        under=f"in reply to {unescape(parent.author)}, on " if parent else "on ",
        to=view.url(post=str(row.post_id), doing=""),
        title=post.title if post else "",
        body=cleaned(text.comment_text(row.content)),
        tools=comment_tools(view, row),
    )


def comment_tools(view: View, row: CommentRow) -> Markup:
    """Draw a moderator's buttons for a comment."""
    tools = [
        html(
            '<form method="post" action="/act/moderate?{query}"><input type="hidden" name="comment" value="{id}">'
            '<input type="hidden" name="do" value="{act}"><button class="plain {act}">{word}'
            '<span class="hidden"> the comment by {name}</span></button></form>',
            query=view.query(),
            id=row.id,
            act=act,
            word=_WORDS[act],
            name=unescape(row.author),
        )
        for act in _ACTS.get(row.status, ())
    ]
    if row.status == "approved":
        tools.insert(
            0,
            html(
                '<a href="{to}">Edit<span class="hidden"> the comment by {name}</span></a>',
                to=view.url(doing=f"{EDIT_COMMENT}{row.id}", answer=""),
                name=unescape(row.author),
            ),
        )
    return html("{tools}", tools=tools)


def comment_editor(view: View, row: CommentRow) -> Markup:
    """Draw the moderator's form for a comment's text."""
    return html(
        '<form class="editor" id="reword-{id}" method="post" action="/act/reword?{query}">'
        '<h3>Edit the comment by {name}</h3><input type="hidden" name="comment" value="{id}">'
        '<div class="field"><label for="reworded">Text</label>'
        '<textarea id="reworded" name="text" rows="6" required data-focus>{body}</textarea></div>'
        '<div class="row"><button class="button primary">Save</button><a href="{back}">Cancel</a></div></form>',
        id=row.id,
        query=view.query(),
        name=unescape(row.author),
        body=row.content,
        back=view.url(doing=""),
    )


def post_tools(view: View, post: PostRow) -> Markup:
    """Draw the buttons of author and moderator for a post."""
    if view.desk == READER:
        return Markup()
    return html(
        '<span class="row"><a href="{edit}">Edit</a><form method="post" action="/act/discussion?{query}">'
        '<input type="hidden" name="post" value="{id}"><button class="plain">{word} comments</button></form>'
        '<form method="post" action="/act/bin?{query}"><input type="hidden" name="post" value="{id}">'
        '<button class="plain trash">Move to Trash</button></form></span>',
        edit=view.url(doing="edit", answer=""),
        query=view.query(),
        id=post.id,
        word="Close" if post.comments_open else "Open",
    )


def editor(view: View, post: PostRow | None) -> Markup:
    """Draw the form for a new post, or for the open one."""
    return html(
        '<form class="editor" id="editor-{id}" method="post" action="/act/{act}?{query}"><h3>{heading}</h3>'
        '<input type="hidden" name="post" value="{id}">'
        '<div class="field"><label for="post-title">Title</label>'
        '<input id="post-title" name="title" required maxlength="200" value="{title}" autocomplete="off" data-focus>'
        "</div>"
        '<div class="field"><label for="post-text">Text</label><p class="hint" id="post-hint">'
        "A blank line begins a paragraph. HTML is fine, Markdown stays as it is.</p>"
        '<textarea id="post-text" name="text" rows="6" required aria-describedby="post-hint">{body}</textarea></div>'
        '<div class="field"><label for="post-categories">Categories <small>optional</small></label>'
        '<p class="hint" id="categories-hint">Separated by commas, as in: Notes, Visits</p>'
        '<input id="post-categories" name="categories" maxlength="200" value="{categories}" autocomplete="off" '
        'aria-describedby="categories-hint"></div>'
        '<div class="row"><button class="button primary">{button}</button><a href="{back}">Cancel</a></div></form>',
        id=post.id if post else 0,
        act="revise" if post else "publish",
        query=view.query(),
        heading="Edit the post" if post else "New post",
        title=post.title if post else "",
        body=post.html.strip() if post else "",
        categories=", ".join(post.categories) if post else "Notes",
        button="Save" if post else "Publish",
        back=view.url(doing=""),
    )
