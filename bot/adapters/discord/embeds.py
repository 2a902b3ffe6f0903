"""Render a ChatPost as an embed with buttons, and recognise the messages that were made from it.

Lengths have to be within Discord's limits already.
"""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import discord

from bot.model.message import ActionButton, ChatPost, LinkButton, ReplyTarget

REPLY_LABEL = "Reply on the blog"
CONTENT_LENGTH = 2000


def render_embed(post: ChatPost) -> discord.Embed:
    """Build the message's one embed."""
    embed = discord.Embed(
        title=post.title or None, url=post.url, description=post.body or None, timestamp=post.timestamp
    )
    if post.author:
        # A card without a title has no other place to show its address.
        embed.set_author(name=post.author, url=None if post.title else post.url)
    if post.image_url:
        embed.set_image(url=post.image_url)
    if post.footer:
        embed.set_footer(text=post.footer)
    return embed


def render_content(post: ChatPost) -> str | None:
    """Return the text above the embed: whom it mentions, as mentions ping from there only, and what it says."""
    people = [] if post.mention is None else [f"<@{post.mention}>"]
    mentions = " ".join([*people, *(f"<@&{role}>" for role in post.roles)])
    return "\n".join(part for part in (mentions, post.text) if part) or None


def plain_words(post: ChatPost) -> str:
    """Return a post as words alone, within the length of a message: what it is called or says, and its address."""
    # Bold, so that nothing at its beginning makes a heading or a list of it.
    name = post.title or discord.utils.escape_markdown(post.author)
    head = "\n".join(part for part in (render_content(post), f"**{name}**" if name else "") if part)
    # Bare, so that Discord makes a card of its own; but a comment's would be that of the whole page.
    address = (post.url if post.title else f"<{post.url}>") if post.url else ""
    body = "" if post.title and address else post.body
    room = CONTENT_LENGTH - len(head) - len(address) - 2
    return "\n".join(part for part in (head, body[: max(room, 0)], address) if part)[:CONTENT_LENGTH]


def with_quote(post: ChatPost) -> ChatPost:
    """Return a post with a line above it that says what it answers, for where it cannot stand as a reply."""
    line = f"> {post.answers or 'In reply to an earlier message'}"
    return replace(post, text=f"{line}\n{post.text}".rstrip()[:CONTENT_LENGTH])


def render_mentions(post: ChatPost) -> discord.AllowedMentions:
    """Allow pings of ``post.mention`` and ``post.roles`` only, independent of the text."""
    mentions = discord.AllowedMentions.none()
    if post.mention is not None:
        mentions.users = [discord.Object(post.mention)]
    if post.roles:
        mentions.roles = [discord.Object(role) for role in post.roles]
    return mentions


def render_buttons(post: ChatPost) -> discord.ui.View | None:
    """Build the row of buttons, or None when there are none. Must run on the event loop."""
    reply = None
    if post.reply_target is not None:
        reply = discord.ui.Button[discord.ui.View](
            style=discord.ButtonStyle.primary, label=REPLY_LABEL, custom_id=post.reply_target.custom_id
        )
    return _row(reply, post.links, post.acts)


def render_row(link: LinkButton | None, act: ActionButton | None) -> discord.ui.View | None:
    """Build a row with a link, an act or both, or None. Must run on the event loop."""
    return _row(None, () if link is None else (link,), () if act is None else (act,))


def _row(
    reply: discord.ui.Button[discord.ui.View] | None, links: tuple[LinkButton, ...], acts: tuple[ActionButton, ...] = ()
) -> discord.ui.View | None:
    buttons = [] if reply is None else [reply]
    buttons += [discord.ui.Button(label=act.label, custom_id=act.custom_id) for act in acts]
    buttons += [discord.ui.Button(label=link.label, url=link.url) for link in links]
    if not buttons:
        return None
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    # discord.py keeps every view it sends that is not finished, for ever; ours are answered by their custom_id.
    view.stop()
    return view


def shows_post(message: discord.Message, post: ChatPost) -> bool:
    """Tell whether a message of ours is what became of ``post``, perhaps as it was rendered earlier.

    Between two attempts an author may edit, and an admin may change the mode: then words differ, or one of both has
    no button. What stays is what the button answers, and the address; only a post without either is known by its
    words. White space and the spelling of an address never count, as Discord trims and re-encodes what it stores.
    Beside our embed there may be such as Discord makes of links in a template, and instead of it plain words.
    """
    target = _target(message)
    if target is not None and post.reply_target is not None:
        return target == post.reply_target.custom_id
    return any(_shows(embed, post) for embed in message.embeds) or _words(message.content) == _words(plain_words(post))


def _shows(embed: discord.Embed, post: ChatPost) -> bool:
    if bool(embed.title) != bool(post.title) or _address(embed.url or embed.author.url) != _address(post.url):
        return False
    if not post.url:
        return _same_words(embed, post)
    return "#" in post.url or _same_words(embed, post) or _same_page(embed, post)


def _same_page(embed: discord.Embed, post: ChatPost) -> bool:
    """Of the same address: some feeds give a page's to each comment on it, and then the date tells them apart."""
    if embed.timestamp is None or post.timestamp is None:
        return bool(post.title)
    return abs(embed.timestamp - post.timestamp) < timedelta(seconds=1)


def _same_words(embed: discord.Embed, post: ChatPost) -> bool:
    said = (embed.title, embed.author.name, embed.description)
    meant = (post.title, post.author, post.body)
    return all(_words(one) == _words(other) for one, other in zip(said, meant, strict=True))


def _target(message: discord.Message) -> str | None:
    """Return what the message's button answers."""
    found = (custom_id for custom_id in _custom_ids(message) if custom_id.startswith(ReplyTarget.PREFIX))
    return next(found, None)


def _words(text: str | None) -> list[str]:
    return (text or "").split()


def _address(url: str | None) -> str:
    return unquote(url or "").rstrip("/")


def _custom_ids(message: discord.Message) -> set[str]:
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    return {item.custom_id for row in rows for item in row.children if item.custom_id is not None}
