"""The post of a blog that an entry is, and its proof."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.ids import NativeId


class ProvenBy(StrEnum):
    """The answer of the blog that proves which post an entry is."""

    #: the blog's API gave the entry's address for the post of this number
    NUMBER = "number"
    #: the API found the post by the last part of the entry's address
    SLUG = "slug"
    #: the page at the entry's address names the post
    PAGE = "page"
    #: the list of comments named the post and the entry's address together
    COMMENTS = "comments"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFound:
    """The post that an entry is, as the blog has just answered."""

    #: what comments are sent to
    post_id: NativeId
    #: the route of its kind, such as ``wp/v2/posts``
    route: str
    proven_by: ProvenBy
    comments_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PostNotFound:
    """The blog answered, but no post of it is proven to be the entry."""

    #: a sentence for the member who wants to comment
    text: str
    #: the post's page is gone as well, so there is no form to point to
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PostProof:
    """A stored proof, valid only for the address and the API root with which it was made."""

    post_id: NativeId
    #: empty if the list of comments was the proof, because it does not name the post's type
    route: str
    #: the entry's link at that time
    address: str
    api_root: str
    proven_by: ProvenBy
    proven_at: datetime
