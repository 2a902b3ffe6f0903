"""The blog side for readers: the list of posts, a post, its threaded discussion and the form under it.

`desk` draws the forms for writing and moderating.
"""

from html import unescape

from sandbox.blog import text
from sandbox.blog.links import Links
from sandbox.blog.state import CommentRow, PostRow
from sandbox.page import desk
from sandbox.page.markup import Markup, ago, avatar, cleaned, html
from sandbox.page.stage import Stage
from sandbox.page.view import AUTHOR, MODERATOR, READER, View

#: The greatest depth of answers, as in the setting "thread_comments_depth".
_DEPTH = 5
_NAMES = {READER: ("Reader", ""), AUTHOR: ("Ada", "author"), MODERATOR: ("Moderator", "")}


def draw(stage: Stage, view: View) -> Markup:
    """Draw the pane."""
    state = stage.blog.state
    post = state.posts.get(int(view.post)) if view.post.isdecimal() else None
    if view.doing == "queue" and view.desk == MODERATOR:
        body = desk.queue(stage, view)
    elif view.doing in ("write", "edit") and view.desk != READER:
        body = desk.editor(view, post if view.doing == "edit" else None)
    elif (remark := _edited(stage, view)) is not None:
        body = desk.comment_editor(view, remark)
    elif post is not None and post.status == "publish":
        body = _post(stage, view, post)
    else:
        body = _home(stage, view)
    return html(
        '<header class="pane-head"><div><p class="over">Blog</p><h2><a href="{home}">{title}</a></h2></div>{who}'
        "</header>"
        '<div class="page" id="page-{key}" tabindex="0" role="region" aria-label="The blog">{bar}{body}</div>',
        home=view.url(post="", doing="", answer=""),
        title=state.title,
        who=_who(view),
        key=view.doing or view.post or "home",
        bar=_bar(stage, view, post),
        body=body,
    )


def _edited(stage: Stage, view: View) -> CommentRow | None:
    number = view.doing.removeprefix(desk.EDIT_COMMENT)
    if view.desk != MODERATOR or number == view.doing or not number.isdecimal():
        return None
    return stage.blog.state.rows.get(int(number))


def _who(view: View) -> Markup:
    links = [
        html(
            '<a href="{to}"{current}>{avatar}{name} <small>{role}</small></a>',
            to=view.url(desk=key, answer="", doing=""),
            current=Markup(' aria-current="true"') if key == view.desk else "",
            avatar=avatar(name),
            name=name,
            role=role,
        )
        for key, (name, role) in _NAMES.items()
    ]
    return html('<nav class="who" aria-label="Who you are on the blog">{links}</nav>', links=links)


def _bar(stage: Stage, view: View, post: PostRow | None) -> Markup:
    address = Links(stage.blog.state).post(post) if post and not view.doing else stage.blog.url
    tools = []
    if view.desk != READER:
        tools.append(html('<a class="tool" href="{to}">Write a post</a>', to=view.url(doing="write", answer="")))
    if view.desk == MODERATOR:
        held = sum(row.status == "hold" for row in stage.blog.state.rows.values())
        number = html(' <span class="number">{held}</span>', held=held) if held else Markup()
        tools.append(html('<a class="tool" href="{to}">Queue{n}</a>', to=view.url(doing="queue", answer=""), n=number))
    return html(
        '<div class="bar"><a class="address" href="{to}" target="_blank" rel="noopener">{shown}'
        '<span class="hidden"> (the blog itself, in a new tab)</span></a>{tools}</div>',
        to=address,
        shown=address.removeprefix("http://"),
        tools=tools,
    )


def _home(stage: Stage, view: View) -> Markup:
    cards = [_teaser(stage, view, post) for post in stage.blog.state.published()]
    return html('<div class="posts">{cards}</div>', cards=cards or _no_posts())


def _no_posts() -> Markup:
    return Markup('<p class="empty">No post yet. As Ada, write the first one.</p>')


def _teaser(stage: Stage, view: View, post: PostRow) -> Markup:
    number = sum(1 for _ in stage.blog.state.approved(post))
    said = f"{number} comment{'' if number == 1 else 's'}" if number else "No comments"
    return html(
        '<article class="teaser"><h3><a href="{to}">{title}</a></h3>'
        '<p class="meta">{author} · {when} · {said}{closed}</p><p>{excerpt}</p></article>',
        to=view.url(post=str(post.id), doing="", answer=""),
        title=post.title,
        author=_author(stage, post),
        when=ago(post.date),
        said=said,
        closed="" if post.comments_open else ", closed",
        excerpt=cleaned(text.excerpt(post.html, 32)),
    )


def _author(stage: Stage, post: PostRow) -> str:
    account = stage.blog.state.account(post.author_id)
    return account.name if account else ""


def _post(stage: Stage, view: View, post: PostRow) -> Markup:
    rows = [row for row in stage.blog.state.rows.values() if row.post_id == post.id and _shown(stage, row)]
    number = sum(row.status == "approved" for row in rows)
    return html(
        '<article class="post"><h3>{title}</h3><div class="meta">{author} · {when}{filed}{tools}</div>'
        '<div class="prose">{body}</div></article><section class="comments" aria-label="Comments">'
        "<h4>{number}</h4>{list}{foot}</section>",
        title=post.title,
        author=_author(stage, post),
        when=ago(post.date),
        filed=f" · {', '.join(post.categories)}" if post.categories else "",
        tools=desk.post_tools(view, post),
        body=cleaned(text.post_content(post.html), pictures_of=stage.blog.url),
        number=f"{number} comment{'' if number == 1 else 's'}" if number else "No comments yet",
        list=_thread(stage, view, post, sorted(rows, key=lambda row: (row.date, row.id)), 0, 1),
        foot=_foot(stage, view, post),
    )


def _shown(stage: Stage, row: CommentRow) -> bool:
    return row.status == "approved" or (row.status == "hold" and row.id in stage.own_comments)


def _thread(stage: Stage, view: View, post: PostRow, rows: list[CommentRow], parent: int, depth: int) -> Markup:
    items: list[Markup] = []
    for row in (row for row in rows if row.parent == parent):
        answers = _thread(stage, view, post, rows, row.id, depth + 1)
        nested, beside = (answers, Markup()) if depth < _DEPTH else (Markup(), answers)
        template = '<li id="comment-{id}" tabindex="-1">{remark}{form}{nested}</li>{beside}'
        form = _form(stage, view, post, row) if view.answer == str(row.id) and post.comments_open else Markup()
        remark = _remark(stage, view, post, row)
        items.append(html(template, id=row.id, remark=remark, form=form, nested=nested, beside=beside))
    if not items:
        return Markup()
    return html("{items}", items=items) if depth > _DEPTH else html("<ol>{items}</ol>", items=items)


def _remark(stage: Stage, view: View, post: PostRow, row: CommentRow) -> Markup:
    name, address = unescape(row.author), unescape(row.author_url)
    inside = stage.inside(address, view) if address else ""
    from_chat = address.startswith("https://discord.com/channels/")
    owner = Markup(' <span class="badge">author</span>') if row.user_id == post.author_id else ""
    # As on a blog, a visitor cannot answer an unpublished comment.
    reply = html(
        '<a href="{to}">Reply<span class="hidden"> to {name}</span></a>', to=view.url(answer=str(row.id)), name=name
    )
    return html(
        '<article class="remark">{avatar}<div><p class="by"><b>{name}</b>{owner}{chat} {when}</p>'
        '<div class="prose">{body}</div>{held}<div class="row">{reply}{tools}</div></div></article>',
        avatar=avatar(name),
        name=html('<a href="{to}">{name}</a>', to=inside, name=name) if inside else name,
        owner=owner,
        chat=html(' <a class="badge chat" href="{to}">from chat</a>', to=inside) if from_chat and inside else "",
        when=ago(row.date),
        body=cleaned(text.comment_text(row.content)),
        held=Markup('<p class="held">Your comment is awaiting moderation.</p>') if row.status == "hold" else "",
        reply=reply if post.comments_open and row.status == "approved" else "",
        tools=desk.comment_tools(view, row) if view.desk == MODERATOR else "",
    )


def _foot(stage: Stage, view: View, post: PostRow) -> Markup:
    if not post.comments_open:
        return Markup('<p class="closed">Comments are closed.</p>')
    return Markup() if view.answer else _form(stage, view, post, None)


def _form(stage: Stage, view: View, post: PostRow, parent: CommentRow | None) -> Markup:
    heading = f"Reply to {unescape(parent.author)}" if parent else "Leave a comment"
    name = Markup()
    if view.desk == READER:
        name = Markup(
            '<div class="field"><label for="comment-name">Name</label><input id="comment-name" name="name" value="Ben" '
            'required maxlength="60" autocomplete="off" aria-describedby="name-hint"><p class="hint" id="name-hint">'
            "Ben and Ines are known here; a new name waits for the moderator.</p></div>"
        )
    return html(
        '<form class="comment-form" id="answer-{parent}" method="post" action="/act/comment?{query}" data-reset>'
        '<h5>{heading} {cancel}</h5><input type="hidden" name="post" value="{post}">'
        '<input type="hidden" name="parent" value="{parent}">{name}<div class="field"><label for="comment-text">Comment'
        '</label><textarea id="comment-text" name="text" rows="3" required{focus}></textarea></div>'
        '<button class="button primary">Post comment{as_whom}</button></form>',
        parent=parent.id if parent else 0,
        query=view.query(),
        heading=heading,
        cancel=html('<a href="{to}">Cancel</a>', to=view.url(answer="")) if parent else "",
        post=post.id,
        name=name,
        focus=Markup(" data-focus") if parent else "",
        as_whom="" if view.desk == READER else f" as {_NAMES[view.desk][0]}",
    )
