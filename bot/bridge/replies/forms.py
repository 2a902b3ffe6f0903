"""What the doors are handed of a reply: what to ask, what to show. No behaviour."""

from dataclasses import dataclass

from bot.model.ids import ReplyId
from bot.model.reply import Reply
from bot.model.subscription import Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyForm:
    """What the form for a reply needs to ask."""

    #: e.g. "Ann" or the entry's title: what is being answered
    answering: str
    #: the member has not agreed to be published yet: ask for name and consent
    first_time: bool
    public_name: str
    consent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPreview:
    """Exactly what would be published."""

    reply_id: ReplyId
    blog_title: str
    answering: str
    public_name: str
    #: the comment's HTML, shown as Markdown
    body: str
    #: how the blog's entries stand here
    placement: Placement
    #: written in the form, so its text will stand on Discord too
    by_button: bool
    #: the comment that it answers was removed, so it cannot be published as it is
    parent_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReply:
    """A member's reply, as they are shown it."""

    reply: Reply
    #: of its entry
    title: str
    #: as published, without markup
    said: str
