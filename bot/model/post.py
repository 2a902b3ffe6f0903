"""Which post of a blog's own software an entry is, and how that was established."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.ids import NativeId


class ProvenBy(StrEnum):
    """What tied a post's number to an entry's address; always something the blog itself said."""

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
    """The post that an entry is, as its blog says now."""

    #: what comments are sent to
    post_id: NativeId
    #: the route of its kind, such as ``wp/v2/posts``
    route: str
    proven_by: ProvenBy
    comments_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PostNotFound:
    """The blog was asked, and no post of it is provably this entry."""

    #: a sentence for whoever wants to comment
    text: str
    #: the post's page is gone as well, so there is no form to point to
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PostProof:
    """A proof that was kept: good for the address and the API root it was made with, and for no others."""

    post_id: NativeId
    #: empty: the list of comments does not tell the kind of a post
    route: str
    #: the entry's link at that time
    address: str
    api_root: str
    proven_by: ProvenBy
    proven_at: datetime
