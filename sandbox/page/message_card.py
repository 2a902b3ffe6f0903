"""One chat message for its reader: reference, text, embeds, buttons, reactions, thread, and its menu.

`chat_acts` handles clicks, and `chat_pane` places the messages.
"""

from datetime import datetime

from sandbox.discord.commands import MESSAGE_MENU
from sandbox.discord.errors import Json
from sandbox.discord.nouns import Message, Thread
from sandbox.discord.person import Person
from sandbox.page.discord_text import DiscordText
from sandbox.page.markup import Markup, ago, attributes, avatar, html
from sandbox.page.stage import Stage
from sandbox.page.view import View

_LOADING = 1 << 7
_STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link"}
_TEXT, _ROW, _BUTTON, _SELECT = 10, 1, 2, 3


def spoken_by(message: Message) -> str:
    """Return the author of a message's text: the commenter for a mirrored comment."""
    embed: Json = message.embeds[0] if message.embeds else {}
    return str((embed.get("author") or {}).get("name") or message.author.name)


class MessageCard:
    """Draws messages for one visitor."""

    def __init__(self, stage: Stage, view: View) -> None:
        self._stage = stage
        self._view = view
        self._me: Person = stage.person(view)
        self._text = DiscordText(stage.discord.world, lambda address: stage.inside(address, view))

    def in_a_line(self, message: Message, limit: int = 90) -> str:
        """Return the text of a message or its embed, cut to one line without marks."""
        embed: Json = message.embeds[0] if message.embeds else {}
        text = self._text.plain(message.content or embed.get("title") or embed.get("description") or "…")
        return text if len(text) <= limit else text[: limit - 1] + "…"

    def draw(self, message: Message, *, within_thread: bool = False) -> Markup:
        """Draw one message as a list item; `within_thread` omits the link to its thread."""
        embeds = [self._embed(embed) for embed in message.embeds]
        return html(
            '<li class="message{kind}" id="m-{id}" tabindex="-1">{avatar}<div class="said">{reference}'
            '<p class="by"><b>{name}</b>{badge} {time}{edited}</p>{words}{embeds}{files}{parts}{reactions}'
            "{thread}{private}</div>{menu}</li>",
            kind=" private" if message.ephemeral else "",
            id=message.id,
            avatar=avatar(message.author.name, "bot" if message.author.bot else "person"),
            reference=self._reference(message),
            name=message.author.name,
            badge=Markup(' <span class="badge">bot</span>') if message.author.bot else "",
            time=ago(message.created_at),
            edited=Markup(' <span class="edited">(edited)</span>')
            if message.edited_at and not message.author.bot
            else "",
            words=self._words(message),
            embeds=embeds,
            files=[self._text.link(each["url"], each["filename"], "button link") for each in message.attachments],
            parts=[self._part(message, part) for part in message.components],
            reactions=self._reactions(message),
            thread=self._thread(message.thread) if message.thread and not within_thread else "",
            private=self._private(message) if message.ephemeral else "",
            menu="" if message.ephemeral else self._menu(message),
        )

    def _form(self, act: str, inner: Markup, css: str = "") -> Markup:
        return html(
            '<form class="{css}" method="post" action="/act/{act}?{query}">{inner}</form>',
            css=css,
            act=act,
            query=self._view.query(),
            inner=inner,
        )

    def _words(self, message: Message) -> Markup:
        if message.flags & _LOADING:
            return Markup(
                '<p class="thinking"><span class="dots" aria-hidden="true"></span>Backchannel is thinking…</p>'
            )
        return (
            html('<div class="words">{text}</div>', text=self._text.block(message.content))
            if message.content
            else Markup()
        )

    def _reference(self, message: Message) -> Markup:
        if message.reference_id is None:
            return Markup()
        parent = message.reference
        if parent is None or parent.deleted:
            return Markup('<p class="reference">The message it answers was deleted</p>')
        return html(
            '<p class="reference"><a href="{to}#m-{id}"><b>{who}</b> <span>{text}</span></a></p>',
            to=self._view.url(at=str(parent.channel.id)),
            id=parent.id,
            who=spoken_by(parent),
            text=self.in_a_line(parent),
        )

    def _embed(self, embed: Json) -> Markup:
        author = (embed.get("author") or {}).get("name")
        title, url, body = embed.get("title"), embed.get("url"), embed.get("description")
        name = html('<p class="embed-author">{name}</p>', name=author) if author else Markup()
        if author and url and not title:
            name = html('<p class="embed-author">{name}</p>', name=self._text.link(str(url), str(author)))
        words = self._text.inline(str(title)) if title else Markup()
        linked = self._text.link(str(url), words) if url else words
        fields = [
            html("<div><dt>{name}</dt><dd>{value}</dd></div>", name=each["name"], value=self._text.block(each["value"]))
            for each in embed.get("fields") or []
        ]
        return html(
            '<div class="embed{aside}">{thumbnail}{name}{title}{body}{fields}{image}{foot}</div>',
            name=name,
            title=html('<p class="embed-title">{title}</p>', title=linked) if title else "",
            body=html('<div class="words">{body}</div>', body=self._text.block(str(body))) if body else "",
            fields=html("<dl>{fields}</dl>", fields=fields) if fields else "",
            foot=self._foot(embed),
            image=self._picture(embed, "image"),
            thumbnail=self._picture(embed, "thumbnail"),
            aside=" aside" if embed.get("thumbnail") else "",
        )

    def _picture(self, embed: Json, kind: str) -> Markup:
        """Draw a picture of the blog; name others, as this page loads no pictures from outside."""
        url = str((embed.get(kind) or {}).get("url") or "")
        if url and not url.startswith(self._stage.blog.url):
            return html('<p class="embed-foot">Picture: {url}</p>', url=url)
        return html('<img class="embed-{kind}" src="{url}" alt="">', kind=kind, url=url) if url else Markup()

    def _foot(self, embed: Json) -> Markup:
        text = (embed.get("footer") or {}).get("text")
        stamp = embed.get("timestamp")
        when = ago(datetime.fromisoformat(stamp)) if stamp else Markup()
        dot = " · " if text and stamp else ""
        if not (text or stamp):
            return Markup()
        return html('<p class="embed-foot">{text}{dot}{when}</p>', text=text, dot=dot, when=when)

    def _part(self, message: Message, part: Json) -> Markup:
        match part["type"]:
            case 2:
                return self._button(message, part)
            case 3:
                return self._select(message, part)
            case 10:
                return html('<div class="words">{text}</div>', text=self._text.block(part.get("content") or ""))
            case _:
                inner = [*(part.get("components") or []), *([part["accessory"]] if part.get("accessory") else [])]
                css = "row" if part["type"] == _ROW else "block"
                return html(
                    '<div class="{css}">{inner}</div>', css=css, inner=[self._part(message, each) for each in inner]
                )

    def _button(self, message: Message, part: Json) -> Markup:
        label = f"{(part.get('emoji') or {}).get('name') or ''} {part.get('label') or ''}".strip()
        if part.get("url"):
            return self._text.link(part["url"], html("{label} ↗", label=label), "button link")
        inner = html(
            '<input type="hidden" name="message" value="{message}"><input type="hidden" name="button" value="{id}">'
            '<button class="button {style}"{disabled}>{label}</button>',
            message=message.id,
            id=part["custom_id"],
            style=_STYLES.get(part.get("style", 2), "secondary"),
            disabled=attributes(disabled=bool(part.get("disabled"))),
            label=label,
        )
        return self._form("press", inner)

    def _select(self, message: Message, part: Json) -> Markup:
        label = part.get("placeholder") or "Choose"
        options = [
            html('<option value="{value}">{label}</option>', value=each["value"], label=each["label"])
            for each in part.get("options") or []
        ]
        inner = html(
            '<input type="hidden" name="message" value="{message}"><input type="hidden" name="select" value="{id}">'
            '<select name="value" aria-label="{label}">{options}</select>{button}',
            message=message.id,
            id=part["custom_id"],
            label=label,
            button=Markup('<button class="button secondary">Choose</button>'),
            options=options,
        )
        return self._form("select", inner, "select")

    def _reactions(self, message: Message) -> Markup:
        chips = [self._chip(message, emoji) for emoji in message.reactions]
        return html('<div class="reactions">{chips}</div>', chips=chips) if chips else Markup()

    def _chip(self, message: Message, emoji: str) -> Markup:
        users = message.reactions[emoji]
        inner = html(
            '<input type="hidden" name="message" value="{message}"><input type="hidden" name="emoji" value="{emoji}">'
            '<button class="chip" aria-pressed="{mine}" title="{names}">{emoji} <span>{number}</span>'
            '<span class="hidden"> by {names}</span></button>',
            message=message.id,
            emoji=emoji,
            mine="true" if self._me in users else "false",
            names=", ".join(user.name for user in users),
            number=len(users),
        )
        return self._form("react", inner)

    def _thread(self, thread: Thread) -> Markup:
        newest = thread.messages[-1] if thread.messages else None
        number = len(thread.messages)
        last = html("{who}: {text}", who=spoken_by(newest), text=self.in_a_line(newest, 60)) if newest else Markup("")
        return html(
            '<a class="thread" href="{to}"><b>{name}</b> <span>{number} message{s}</span><small>{last}</small></a>',
            to=self._view.url(at=str(thread.id), reply=""),
            name=thread.name,
            number=number,
            s="" if number == 1 else "s",
            last=last or "No comment yet",
        )

    def _private(self, message: Message) -> Markup:
        inner = html(
            '<input type="hidden" name="message" value="{id}"><span>Only you can see this</span>'
            '<button class="plain">Dismiss</button>',
            id=message.id,
        )
        return self._form("dismiss", inner, "only-you")

    def _menu(self, message: Message) -> Markup:
        own = message.author is self._me
        items = [html('<a href="{to}">Reply</a>', to=self._view.url(reply=str(message.id), tab="chat"))]
        items += [self._item("menu", message, name, name) for name in self._commands(message)]
        if own:
            items.append(html('<a href="{to}">Edit</a>', to=self._view.url(dialog=f"message {message.id}")))
            items.append(self._item("delete", message, "", "Delete"))
        items += [self._item("react", message, emoji, f"React {emoji}") for emoji in ("👍",)]
        return html(
            '<details class="menu" id="menu-{id}"><summary aria-label="Menu of the message by {who}">⋯</summary>'
            '<div class="items">{items}</div></details>',
            id=message.id,
            who=spoken_by(message),
            items=items,
        )

    def _item(self, act: str, message: Message, value: str, label: str) -> Markup:
        name = "emoji" if act == "react" else "name"
        inner = html(
            '<input type="hidden" name="message" value="{id}"><input type="hidden" name="{name}" value="{value}">'
            "<button>{label}</button>",
            id=message.id,
            name=name,
            value=value,
            label=label,
        )
        return self._form(act, inner)

    def _commands(self, message: Message) -> list[str]:
        guild = message.channel.guild
        book = self._stage.discord.world.commands
        known = [*(book.all(guild.id) if guild else []), *book.all(None)]
        return [command["name"] for command in known if command["type"] == MESSAGE_MENU and guild]
