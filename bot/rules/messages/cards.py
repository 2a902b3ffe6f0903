"""Render entries, comments and replies as messages within Discord's limits.

Limits: https://discord.com/developers/docs/resources/message#embed-object-embed-limits
"""

import re
from collections.abc import Container
from dataclasses import replace
from urllib.parse import quote

from bot.model.entry import Comment, Entry, ParsedComment, ParsedEntry
from bot.model.feed import Blog
from bot.model.ids import ReplyId, RoleId, SubscriptionId
from bot.model.message import ANSWER_POST, ActionButton, ChatPost, LinkButton, MessageRef, ReplyTarget
from bot.model.redact import shown_url
from bot.model.reply import Reply, ReplyState
from bot.model.subscription import Placement, Subscription
from bot.rules.edit_marks import mark_edits
from bot.rules.html_to_discord.convert import (
    all_text,
    escape,
    escape_line,
    first_image,
    html_line,
    name_line,
    text_line,
    to_markdown,
)
from bot.rules.links import linked_name, linked_title
from bot.rules.templates import render_template

TITLE_LENGTH = 256
_AUTHOR_LENGTH = 256
_FOOTER_LENGTH = 200
_EXCERPT_LENGTH = 700
_COMMENT_LENGTH = 3500
_ALERT_LENGTH = 500
_THREAD_NAME_LENGTH = 100
_QUOTE_LENGTH = 100
URL_LENGTH = 2048
#: Discord's button limit
_BUTTON_URL_LENGTH = 512
_CONTENT_LENGTH = 2000
#: RFC 3986, 2; Discord encodes letters of other scripts itself
_NOT_IN_URL = re.compile(r'[\x00-\x20"<>\\^`{|}\x7f]')
#: the length of ``<@&…>`` with a snowflake, and a space
_A_MENTION = 25


def present_entry(entry: Entry | ParsedEntry, *, home_url: str, target: ReplyTarget | None = None) -> ChatPost:
    """Render an entry as a card: title with link, author, excerpt, image, categories, date."""
    base = entry.link or home_url
    image_url = url_within(card_image(entry, base_url=base), URL_LENGTH)
    categories = " · ".join(name for name in (name_line(each, limit=40) for each in entry.categories) if name)
    url = url_within(entry.link, URL_LENGTH)
    post = ChatPost(
        title=linked_title(entry_title(entry), url, limit=TITLE_LENGTH),
        url=url,
        author=text_line(entry.author, limit=_AUTHOR_LENGTH),
        body=to_markdown(entry.html, base_url=base, limit=_EXCERPT_LENGTH, shown_image=image_url),
        image_url=image_url,
        footer=text_line(categories, limit=_FOOTER_LENGTH),
        timestamp=entry.published_at,
        reply_target=target,
    )
    return mark_edits(post, entry) if isinstance(entry, Entry) else post


def present_announcement(
    entry: Entry,
    subscription: Subscription,
    blog: Blog,
    *,
    roles: Container[RoleId],
    target: ReplyTarget | None = None,
) -> ChatPost:
    """Render an entry as it is posted in a subscription: its card below the mentions and the template's text.

    :param roles: the roles that the guild still has.
    """
    pinged = tuple(role for role in subscription.mentioned_roles if role in roles)
    text = render_template(
        subscription.template or "",
        entry,
        blog_title=blog.title,
        limit=_CONTENT_LENGTH - _A_MENTION * len(pinged),
    )
    return replace(present_entry(entry, home_url=shown_url(blog.home_url), target=target), text=text, roles=pinged)


def present_comment(
    comment: Comment | ParsedComment,
    *,
    home_url: str,
    orphan: bool = False,
    answered: Comment | None = None,
    target: ReplyTarget | None = None,
    linked: bool = False,
) -> ChatPost:
    """Render a comment as a card.

    :param orphan: it answers a comment that is not in this thread, so the card names that comment's author.
    :param answered: the comment to whose message it replies.
    :param linked: add a button that opens it on the blog.
    """
    if isinstance(comment, Comment) and comment.kind.is_mention:
        return _present_mention(comment, home_url=home_url)
    body = to_markdown(comment.html, base_url=comment.link or home_url, limit=_COMMENT_LENGTH)
    if orphan:
        whom = escape(text_line(comment.parent_author, limit=80))
        body = f"-# in reply to {whom or 'an earlier comment'}\n{body}"
    url = url_within(comment.link, URL_LENGTH)
    post = ChatPost(
        author=linked_name(comment.author, url, limit=_AUTHOR_LENGTH) or "Anonymous",
        url=url,
        body=body or "-# (no text)",
        timestamp=comment.published_at,
        reply_target=target,
        answers=_quote(answered) if answered else "",
        links=_see_on_blog(comment.link) if linked else (),
    )
    return mark_edits(post, comment) if isinstance(comment, Comment) else post


def _present_mention(mention: Comment, *, home_url: str) -> ChatPost:
    """Render a pingback or trackback: the linking site and an excerpt of its page."""
    source = url_within(mention.source_url, URL_LENGTH)
    url = source or url_within(mention.link, URL_LENGTH)
    post = ChatPost(
        author=linked_name(f"Mentioned by {mention.author or 'another site'}", url, limit=_AUTHOR_LENGTH),
        url=url,
        body=to_markdown(mention.html, base_url=mention.source_url or mention.link or home_url, limit=_EXCERPT_LENGTH),
        timestamp=mention.published_at,
        links=_link_button("Open the page", mention.source_url),
    )
    return mark_edits(post, mention)


def _quote(comment: Comment) -> str:
    """Return a line that names and quotes the comment that is answered."""
    words = escape_line(all_text(comment.html, enough=_QUOTE_LENGTH), limit=_QUOTE_LENGTH)
    return f"In reply to {escape_line(comment.author, limit=80) or 'somebody'}: {words}"


def present_alert(
    comment: Comment, entry: Entry, *, home_url: str, thread_url: str | None, placement: Placement = Placement.THREAD
) -> ChatPost:
    """Render the direct message that alerts an author of one comment.

    :param thread_url: the thread or channel in which comments on the entry are posted.
    """
    links = [(f"Open the {placement.where}", thread_url), ("See it on the blog", comment.link)]
    url = url_within(comment.link or entry.link, URL_LENGTH)
    return ChatPost(
        title=linked_title(f"New comment on {entry_title(entry)}", url, limit=TITLE_LENGTH),
        url=url,
        author=text_line(comment.author, limit=_AUTHOR_LENGTH) or "Anonymous",
        body=to_markdown(comment.html, base_url=comment.link or home_url, limit=_ALERT_LENGTH),
        timestamp=comment.published_at,
        links=tuple(LinkButton(label=label, url=url) for label, url in links if url and len(url) <= _BUTTON_URL_LENGTH),
    )


def present_reply(reply: Reply, *, comment: Comment | None = None, target: ReplyTarget | None = None) -> ChatPost:
    """Render the bot's message for a reply that was written in the form.

    :param comment: the comment that it became on the blog.
    """
    post = ChatPost(
        author=text_line(reply.public_name, limit=_AUTHOR_LENGTH),
        # The member could have posted this text themselves, so Markdown stays Markdown.
        body=reply.content,
        footer=text_line(reply_status(reply), limit=_FOOTER_LENGTH),
        reply_target=target,
        links=_see_on_blog(reply.url) if reply.state is ReplyState.PUBLISHED else (),
    )
    return post if comment is None or comment.gone_at is None else mark_edits(post, comment)


def _see_on_blog(url: str | None) -> tuple[LinkButton, ...]:
    return _link_button("See it on the blog", url)


def _link_button(label: str, url: str | None) -> tuple[LinkButton, ...]:
    return (LinkButton(label=label, url=url),) if url and len(url) <= _BUTTON_URL_LENGTH else ()


def reply_status(reply: Reply) -> str:
    """Return the state of a reply in words."""
    match reply.state:
        case ReplyState.DRAFT:
            return "Not published"
        case ReplyState.ACCEPTED:
            return "On its way to the blog"
        case ReplyState.HELD:
            return "Waiting for the blog's moderator"
        case ReplyState.PUBLISHED:
            return f"Published on the blog. {reply.reason}" if reply.reason else "Published on the blog"
        case ReplyState.REFUSED:
            return f"Was not published: {reply.reason}" if reply.reason else "Was not published"
        case ReplyState.UNCERTAIN:
            return f"May not have been published: {reply.reason}" if reply.reason else "May not have been published"


def entry_title(entry: Entry | ParsedEntry) -> str:
    """Return an entry's title as plain text; without a title, the beginning of its text, or its address."""
    return (
        text_line(entry.title, limit=TITLE_LENGTH)
        or html_line(entry.html, limit=80)
        or text_line(entry.link or "", limit=TITLE_LENGTH)
    )


def in_bold(title: str) -> str:
    """Return a title for the middle of a sentence: one escaped line in bold."""
    return f"**{escape(text_line(title, limit=80)) or 'this blog'}**"


def card_image(entry: Entry | ParsedEntry, *, base_url: str) -> str | None:
    """Return the image of an entry's card: the one that the feed names, otherwise the first in its text."""
    return entry.image_url or first_image(entry.html, base_url=base_url)


def thread_name(entry: Entry | ParsedEntry) -> str:
    """Return the name of an entry's thread (1 to 100 characters)."""
    return text_line(entry.title, limit=_THREAD_NAME_LENGTH) or html_line(entry.html, limit=80) or "Discussion"


def is_empty(entry: ParsedEntry) -> bool:
    """Return whether an entry has no title, no text and no link."""
    return not (entry.link or entry_title(entry))


def comment_target(subscription_id: SubscriptionId, comment: Comment) -> ReplyTarget:
    """Return what the button under a comment answers."""
    return ReplyTarget(subscription_id=subscription_id, entry_id=comment.entry_id, comment_id=comment.id)


def answer_post_button(reply_id: ReplyId) -> ActionButton:
    """Return the button that turns a reply to a removed comment into a reply to the post."""
    return ActionButton(label="Answer the post instead", custom_id=f"{ANSWER_POST}{reply_id}")


def reply_message(reply: Reply) -> MessageRef | None:
    """Return the message of a reply, if it has one yet."""
    if reply.channel_id is None or reply.message_id is None:
        return None
    return MessageRef(channel_id=reply.channel_id, message_id=reply.message_id)


def url_within(url: str | None, limit: int) -> str | None:
    """Return an address that Discord accepts, or None: it refuses a message with an invalid or longer one."""
    url = _NOT_IN_URL.sub(lambda found: quote(found[0]), url or "")
    return url if len(url) <= limit and url.startswith(("http://", "https://")) else None
