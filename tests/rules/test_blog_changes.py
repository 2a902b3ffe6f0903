"""What another server's discovery may change of a blog."""

from dataclasses import replace

import pytest

from bot.model.feed import Blog, CommentSystem, Discovery, Feed, FeedFormat, FeedKind, FoundFeed
from bot.model.ids import BlogId, FeedId
from bot.rules.blog_changes import api_text, choose_mentions, update_blog
from tests.rules.examples import NOW

KNOWN = Blog(
    id=BlogId(1),
    title="Notes",
    home_url="https://b.example/",
    system=CommentSystem.WORDPRESS,
    api_root="https://b.example/wp-json/",
)
FOUND = Discovery(
    title="Notes",
    home_url="https://b.example/",
    entries=FoundFeed(url="https://b.example/feed/", kind=FeedKind.ENTRIES, title="Notes"),
    comments=None,
    system=CommentSystem.WORDPRESS,
    api_root="https://b.example/wp-json/",
)


def test_the_same_again_changes_nothing() -> None:
    change = update_blog(KNOWN, FOUND)
    assert (change.blog, change.api_is_new, change.api_was_other) == (KNOWN, False, False)


@pytest.mark.parametrize("system", [CommentSystem.UNKNOWN, CommentSystem.DISQUS, CommentSystem.WEBMENTION])
def test_a_look_that_found_no_api_takes_none_away(system: CommentSystem) -> None:
    assert update_blog(KNOWN, replace(FOUND, system=system, api_root=None)).blog == KNOWN


def test_a_title_is_the_feeds_own_and_never_a_list_or_a_pages() -> None:
    renamed = replace(FOUND, title="A stranger's", entries=replace(FOUND.entries, title="New notes"))
    assert update_blog(KNOWN, renamed).blog.title == "New notes"
    silent = replace(FOUND, title="A stranger's", entries=replace(FOUND.entries, title=""))
    assert update_blog(KNOWN, silent).blog.title == "Notes"


def test_a_home_page_has_to_be_proven() -> None:
    moved = replace(FOUND, home_url="https://new.example/")
    assert update_blog(KNOWN, moved).blog.home_url == "https://new.example/"
    assert update_blog(KNOWN, replace(moved, home_proven=False)).blog.home_url == KNOWN.home_url


def test_another_api_is_told_as_a_change_and_a_first_one_is_not() -> None:
    other = replace(FOUND, api_root="https://b.example/blog/wp-json/")
    change = update_blog(KNOWN, other)
    assert (change.blog.api_root, change.api_is_new, change.api_was_other) == (other.api_root, True, True)
    assert "/relay connect" in api_text(change)
    first = update_blog(replace(KNOWN, api_root=None, system=CommentSystem.UNKNOWN), FOUND)
    assert (first.blog, first.api_is_new, first.api_was_other) == (KNOWN, True, False)
    assert "disconnected" not in api_text(first)


@pytest.mark.parametrize(
    ("api_root", "url"),
    [
        ("https://b.example/wp-json/", "https://b.example/comments/feed/atom/"),
        ("https://b.example/notes/index.php/wp-json/", "https://b.example/notes/index.php/comments/feed/atom/"),
        ("https://b.example/?rest_route=/", "https://b.example/?feed=comments-atom"),
    ],
)
def test_mentions_are_read_beside_a_list_that_leaves_them_out(api_root: str, url: str) -> None:
    def feed(format_: FeedFormat) -> Feed:
        return Feed(
            id=FeedId(1), blog_id=KNOWN.id, kind=FeedKind.COMMENTS, format=format_, url=api_root, next_poll_at=NOW
        )

    assert choose_mentions([feed(FeedFormat.WORDPRESS_REST)], api_root) == FoundFeed(url=url, kind=FeedKind.MENTIONS)
    assert choose_mentions([feed(FeedFormat.SYNDICATION)], api_root) is None, "they stand in the feed of comments"
    assert choose_mentions([feed(FeedFormat.WORDPRESS_REST)], None) is None
