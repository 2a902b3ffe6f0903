"""Asking for a feed again: the right 304s, the wrong ones, and the validators that never match."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.blog.interface import Blog, Comment, Post
from tests.wordpress.client import Seen, Visitor

ALL = ["comments/feed/", "comments/feed/atom/"]


def hours_ago(hours: float) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours)


def both(seen: Seen) -> dict[str, str]:
    return {"If-None-Match": seen.headers["ETag"], "If-Modified-Since": seen.headers["Last-Modified"]}


async def discussed(blog: Blog) -> tuple[Post, Comment, Comment]:
    """A post with an older and a newer comment, all of them hours old."""
    post = await blog.publish(title="Tea", html="x", date=hours_ago(9))
    older = await blog.comment(post, author="Ann", text="Older", date=hours_ago(8))
    newer = await blog.comment(post, author="Bob", text="Newer", date=hours_ago(7))
    return post, older, newer


@pytest.mark.parametrize("where", ["feed/", "feed/atom/", *ALL])
async def test_unchanged_feeds_are_304(any_blog: Blog, where: str) -> None:
    await discussed(any_blog)
    visitor = Visitor(any_blog)
    first = await visitor.get(where)
    etag, since = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in (both(first), {"If-None-Match": etag}, {"If-Modified-Since": since}):
        again = await visitor.get(where, headers)
        assert (again.status, again.text) == (304, ""), headers


@pytest.mark.parametrize("shape", ["W/{0}", "*", '{0}, "other"', "{1}-gzip{2}"])
async def test_etags_that_never_match(any_blog: Blog, shape: str) -> None:
    await discussed(any_blog)
    visitor = Visitor(any_blog)
    first = await visitor.get("comments/feed/")
    etag = first.headers["ETag"]
    sent = shape.format(etag, etag[:-1], '"')
    assert (await visitor.get("comments/feed/", {"If-None-Match": sent})).status == 200
    spoilt = both(first) | {"If-None-Match": sent}
    assert (await visitor.get("comments/feed/", spoilt)).status == 200


async def test_both_validators_must_agree(any_blog: Blog) -> None:
    await discussed(any_blog)
    visitor = Visitor(any_blog)
    first = await visitor.get("comments/feed/")
    old = both(first) | {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}
    assert (await visitor.get("comments/feed/", old)).status == 200
    future = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert (await visitor.get("comments/feed/", future)).status == 304


async def test_a_new_comment_changes_every_comment_feed_and_no_posts_feed(any_blog: Blog) -> None:
    post, *_ = await discussed(any_blog)
    other = await any_blog.publish(title="Cake", html="x", date=hours_ago(9))
    visitor = Visitor(any_blog)
    where = ["feed/", f"{post.link}feed/", f"{other.link}feed/", "comments/feed/"]
    first = [await visitor.get(feed) for feed in where]
    await any_blog.comment(other, text="New")
    again = [await visitor.get(feed, both(seen)) for feed, seen in zip(where, first, strict=True)]
    assert [seen.status for seen in again] == [304, 200, 200, 200]


async def test_an_edited_post_changes_every_feed(any_blog: Blog) -> None:
    post, *_ = await discussed(any_blog)
    visitor = Visitor(any_blog)
    where = ["feed/", f"{post.link}feed/", "comments/feed/"]
    first = [await visitor.get(feed) for feed in where]
    await any_blog.edit_post(post, title="Coffee")
    again = [await visitor.get(feed, both(seen)) for feed, seen in zip(where, first, strict=True)]
    assert [seen.status for seen in again] == [200, 200, 200]


@pytest.mark.parametrize("change", ["late approval", "backdated", "edit", "older removed"])
async def test_changes_that_a_304_hides(any_blog: Blog, change: str) -> None:
    post, older, newer = await discussed(any_blog)
    held = await any_blog.comment(post, author="Cy", text="Held", status="hold", date=hours_ago(7.5))
    visitor = Visitor(any_blog)
    first = await visitor.get("comments/feed/")
    match change:
        case "late approval":
            await any_blog.moderate(held.id, "approve")
        case "backdated":
            await any_blog.comment(post, text="Backdated", date=hours_ago(8.5))
        case "edit":
            await any_blog.edit_comment(newer.id, text="Changed")
        case "older removed":
            await any_blog.moderate(older.id, "trash")
    assert (await visitor.get("comments/feed/", both(first))).status == 304
    assert (await visitor.get("comments/feed/")).text != first.text


async def test_removal_of_the_newest_is_seen_by_etag_and_missed_by_time(any_blog: Blog) -> None:
    _, _, newer = await discussed(any_blog)
    visitor = Visitor(any_blog)
    first = await visitor.get("comments/feed/")
    await any_blog.moderate(newer.id, "spam")
    assert (await visitor.get("comments/feed/", both(first))).status == 200
    assert (await visitor.get("comments/feed/", {"If-None-Match": first.headers["ETag"]})).status == 200
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert (await visitor.get("comments/feed/", since)).status == 304


async def test_a_second_comment_in_the_same_second_is_missed(any_blog: Blog) -> None:
    post, _, newer = await discussed(any_blog)
    visitor = Visitor(any_blog)
    first = await visitor.get("comments/feed/")
    await any_blog.comment(post, author="Cy", text="Same second", date=newer.date)
    assert (await visitor.get("comments/feed/", both(first))).status == 304


async def test_after_a_future_comment_everything_is_missed(any_blog: Blog) -> None:
    post, *_ = await discussed(any_blog)
    await any_blog.comment(post, text="From the future", date=hours_ago(-5))
    visitor = Visitor(any_blog)
    first = await visitor.get("comments/feed/")
    await any_blog.comment(post, author="Cy", text="Of today")
    assert (await visitor.get("comments/feed/", both(first))).status == 304


async def test_the_count_of_comments_is_stale_behind_a_304(any_blog: Blog) -> None:
    post, *_ = await discussed(any_blog)
    visitor = Visitor(any_blog)
    first = await visitor.get("feed/")
    await any_blog.comment(post, author="Cy", text="New")
    assert (await visitor.get("feed/", both(first))).status == 304
    assert (await visitor.get("feed/")).feed.entries[0].slash_comments == "3"
