"""The chat side: channels and threads, the messages of the open one, and the field to write in.

`message_card` draws messages, and `dialogs` draws forms.
"""

from datetime import UTC, datetime

from sandbox.discord.nouns import Channel, Thread
from sandbox.page.markup import Markup, avatar, html
from sandbox.page.message_card import MessageCard, spoken_by
from sandbox.page.stage import Stage
from sandbox.page.view import View

ROLES = {"Mia": "member", "Ada": "author", "Olga": "admin"}
#: Seconds for which a channel in the list is marked after a new message.
_FRESH = 45


def draw(stage: Stage, view: View) -> Markup:
    """Draw the pane."""
    me = stage.person(view)
    channel = stage.place(view, me)
    return html(
        '<header class="pane-head"><div><p class="over">Chat</p><h2>{guild}</h2></div>{who}</header>'
        '<div class="chat-body">{places}<div class="room"><h3 class="room-name">{name}</h3>{log}{composer}</div></div>',
        guild=stage.guild.name,
        who=_who(stage, view),
        places=_places(stage, view, channel),
        name=_title(channel),
        log=_log(stage, view, channel),
        composer=_composer(stage, view, channel),
    )


def _who(stage: Stage, view: View) -> Markup:
    me = stage.person(view)
    links = [
        html(
            '<a href="{to}"{current}>{avatar}{name} <small>{role}</small></a>',
            to=view.url(me=name, reply="", dialog=""),
            current=Markup(' aria-current="true"') if person is me else "",
            avatar=avatar(name),
            name=name,
            role=ROLES.get(name, ""),
        )
        for name, person in stage.cast.items()
    ]
    return html('<nav class="who" aria-label="Who you are in chat">{links}</nav>', links=links)


def _title(channel: Channel) -> Markup:
    if channel.recipient is not None:
        return Markup("Direct messages with Backchannel")
    if isinstance(channel, Thread):
        return html("<small># {parent} ›</small> {name}", parent=channel.parent.name, name=channel.name)
    return html('<span aria-hidden="true">#</span> {name}', name=channel.name)


def _places(stage: Stage, view: View, opened: Channel) -> Markup:
    items = []
    for channel in stage.guild.channels.values():
        kind = Markup(" <small>forum</small>") if channel.is_forum else ""
        items.append(_place(view, channel, opened, html("<span># {name}{kind}</span>", name=channel.name, kind=kind)))
        items += [_place(view, thread, opened, thread.name) for thread in channel.threads[:-9:-1]]
    mine = stage.person(view).dm_channel
    return html(
        '<nav class="places" aria-label="Channels and threads"><p class="over">Channels</p><ul>{items}</ul>'
        '<p class="over">Direct messages</p><ul>{direct}</ul></nav>',
        items=items,
        direct=_place(view, mine, opened, "Backchannel"),
    )


def _place(view: View, channel: Channel, opened: Channel, name: str | Markup) -> Markup:
    last = max(channel.all_messages.values(), key=lambda message: message.id, default=None)
    fresh = last is not None and (datetime.now(UTC) - last.created_at).total_seconds() < _FRESH
    return html(
        '<li class="{kind}"><a href="{to}"{current}>{name}{fresh}</a></li>',
        kind="thread-place" if isinstance(channel, Thread) else "",
        to=view.url(at=str(channel.id), reply="", dialog=""),
        current=Markup(' aria-current="page"') if channel is opened else "",
        name=name,
        fresh=Markup('<span class="fresh">new</span>') if fresh and channel is not opened else "",
    )


def _log(stage: Stage, view: View, channel: Channel) -> Markup:
    card = MessageCard(stage, view)
    me = stage.person(view)
    shown = [card.draw(message) for message in stage.visible(me, channel)]
    # The first message of a thread is in the parent channel, and every client shows it above the thread.
    if isinstance(channel, Thread) and (start := channel.parent.all_messages.get(channel.id)):
        shown.insert(0, card.draw(start, within_thread=True))
    if channel.is_forum:
        # Besides its posts, a forum has only answers to commands.
        shown = [*(_forum_post(view, card, thread) for thread in reversed(channel.threads)), *shown]
    return html(
        '<div class="log" id="log-{id}" tabindex="0" role="log" aria-label="Messages" data-stick>{shown}</div>',
        id=channel.id,
        shown=html("<ol>{shown}</ol>", shown=shown) if shown else _nothing(view, channel),
    )


def _forum_post(view: View, card: MessageCard, thread: Thread) -> Markup:
    newest = thread.messages[-1] if thread.messages else None
    return html(
        '<li class="forum-post"><a class="thread" href="{to}"><b>{name}</b> <span>{number}</span>'
        "<small>{last}</small></a></li>",
        to=view.url(at=str(thread.id), reply=""),
        name=thread.name,
        number=f"{len(thread.messages)} message{'' if len(thread.messages) == 1 else 's'}",
        last=f"{spoken_by(newest)}: {card.in_a_line(newest, 60)}" if newest else "",
    )


def _nothing(view: View, channel: Channel) -> Markup:
    if channel.recipient is not None:
        return Markup('<p class="empty">No messages yet. The bot writes here when there is an alert for you.</p>')
    if isinstance(channel, Thread):
        return Markup('<p class="empty">Nobody has said anything here yet.</p>')
    return html(
        '<p class="empty">No post has come here yet. As Olga, point the blog at this {kind} with '
        '<a href="{to}">/blog add</a>; then publish a post on the blog, and watch it arrive.</p>',
        kind="forum" if channel.is_forum else "channel",
        to=view.url(me="Olga", dialog="command blog add"),
    )


def _composer(stage: Stage, view: View, channel: Channel) -> Markup:
    if channel.is_forum:
        return html(
            '<p class="composer line"><a class="slash wide" id="say-text" href="{commands}">'
            '<b aria-hidden="true">/</b> Commands</a>'
            '<span class="hint">Only posts stand in a forum.</span></p>',
            commands=view.url(dialog="commands"),
        )
    parent = stage.discord.world.messages.get(int(view.reply)) if view.reply.isdecimal() else None
    where = "Backchannel" if channel.recipient else channel.name
    replying = Markup()
    if parent is not None and parent.channel is channel:
        replying = html(
            '<p class="replying">Replying to <b>{who}</b> <a href="{to}" data-close>Cancel</a></p>'
            '<input type="hidden" name="reply" value="{id}">',
            who=spoken_by(parent),
            to=view.url(reply=""),
            id=parent.id,
        )
    return html(
        '<div>{door}<form class="composer" id="say-{id}" method="post" action="/act/say?{query}" data-reset>{replying}'
        '<div class="line"><a class="slash" href="{commands}" aria-label="Commands" title="Commands">/</a>'
        '<textarea id="say-text" name="text" rows="1" required maxlength="2000" aria-label="Message to {where}" {focus}'
        'placeholder="Write, or / for commands" data-enter data-commands="{commands}"></textarea>'
        '<button class="button primary">Send</button></div></form></div>',
        door=_door(stage, view) if channel.recipient else "",
        id=channel.id,
        query=view.query(),
        replying=replying,
        commands=view.url(dialog="commands"),
        where=where,
        focus=Markup("data-focus ") if replying else "",
    )


def _door(stage: Stage, view: View) -> Markup:
    """Draw the switch with which a person allows or blocks the bot's direct messages."""
    closed = stage.person(view).dms_closed
    return html(
        '<form class="door row" method="post" action="/act/door?{query}"><span class="hint">{state}</span>'
        '<button class="plain">{act}</button></form>',
        query=view.query(),
        state="Closed: the bot cannot write to you." if closed else "Open: the bot can write to you.",
        act="Open direct messages" if closed else "Close direct messages",
    )
