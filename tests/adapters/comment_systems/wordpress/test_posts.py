"""Which post an entry is: on the sandbox's blog and on a real WordPress, whatever guids, slugs and redirects say."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.comment_systems.wordpress.posts import ANOTHER, GONE, NO_ADDRESS, UNKNOWN
from bot.adapters.feeds.items.identity import entry_number
from bot.model.entry import Entry
from bot.model.errors import TemporaryError
from bot.model.ids import BlogId, EntryId, NativeId, Uid
from bot.model.post import PostFound, PostNotFound, PostProof, ProvenBy
from bot.model.reply import Published
from sandbox.blog.interface import Post, PostKind
from tests.adapters.comment_systems.wordpress.conftest import Desk
from tests.wordpress.client import Visitor

MARCH = datetime(2026, 3, 5, 12, tzinfo=UTC)
#: As the issue of guids comes in the wild; {} is the number of another post of the blog.
GUIDS = [None, "permalink", "http://old.example/?p={}", "https://old.example/?p=987654"]


def entry_of(post: Post, guid: str, *, published_at: datetime | None = MARCH) -> Entry:
    """What is kept of a post that a feed brought."""
    return Entry(
        id=EntryId(1),
        blog_id=BlogId(1),
        uid=Uid(guid),
        native_id=entry_number(guid),
        link=post.link,
        title=post.title,
        author="Ada",
        published_at=published_at,
        html="",
        image_url=None,
        hash="hash",
        first_seen_at=MARCH,
    )


def numbered(desk: Desk, post: Post) -> str:
    return f"{desk.blog.url}?p={post.id}"


def proof(post_id: int, address: str, api_root: str, route: str = "wp/v2/posts") -> PostProof:
    return PostProof(
        post_id=NativeId(str(post_id)),
        route=route,
        address=address,
        api_root=api_root,
        proven_by=ProvenBy.NUMBER,
        proven_at=MARCH,
    )


async def found(desk: Desk, entry: Entry, known: PostProof | None = None) -> str:
    """The number of the post, or why there is none."""
    located = await desk.client.find_post(entry, known)
    return located.post_id if isinstance(located, PostFound) else located.text


@pytest.mark.parametrize("guid", GUIDS)
async def test_whatever_the_guid_says_the_post_is_the_one_at_the_entrys_address(desk: Desk, guid: str | None) -> None:
    given = guid.format(desk.post.id) if guid else None
    post = await desk.blog.publish(title="Moved here", html="x", date=MARCH, guid=given)
    seen = {None: numbered(desk, post), "permalink": post.link}.get(given, given) or ""
    entry = entry_of(post, seen)
    assert await found(desk, entry) == str(post.id)
    outcome = await desk.client.publish(replace(desk.on(post), entry_native_id=NativeId(await found(desk, entry))))
    assert isinstance(outcome, Published)
    assert [each.author for each in await desk.blog.comments(post)] == ["Mia from chat"]
    assert await desk.blog.comments(desk.post) == []


@pytest.mark.wordpress
@pytest.mark.parametrize("route", ["posts", "pages", "notes"])
async def test_a_post_made_over_the_interface_in_one_step(wordpress_desk: Desk, route: str) -> None:
    desk = wordpress_desk
    await desk.blog.add_user("editor", role="editor")
    author = Visitor(desk.blog, "editor", await desk.blog.application_password("editor"))
    row = (await author.rest("POST", route, title="At once", content="x", status="publish")).json
    assert row["guid"]["rendered"] == row["link"]
    post = Post(row["id"], row["link"], "At once", "editor")
    assert await found(desk, entry_of(post, post.link, published_at=None)) == str(post.id)


@pytest.mark.parametrize("permalinks", ["pretty", "plain"])
@pytest.mark.parametrize("kind", ["post", "page", "note"])
async def test_every_kind_of_post_under_every_kind_of_permalink(desk: Desk, kind: PostKind, permalinks: str) -> None:
    await desk.blog.configure(permalinks=permalinks)  # type: ignore[typeddict-item]
    if permalinks == "plain":
        desk = replace(desk, api_root=f"{desk.blog.url}index.php?rest_route=/")
    post = await desk.blog.publish(title="Tea", html="x", kind=kind, date=MARCH)
    for guid in (post.link, f"http://old.example/?p={desk.post.id}"):
        located = await desk.client.find_post(entry_of(post, guid))
        assert isinstance(located, PostFound), located
        assert (located.post_id, located.route) == (str(post.id), f"wp/v2/{kind}s")


async def test_a_page_that_names_no_post_is_found_among_all_kinds(sandbox_desk: Desk) -> None:
    desk = sandbox_desk
    desk.blog.faults.html("/notes/*", times=None)  # type: ignore[attr-defined]
    post = await desk.blog.publish(title="Tea", html="x", kind="note", date=MARCH)
    assert await found(desk, entry_of(post, "tag:elsewhere")) == str(post.id)


async def test_a_post_that_was_renamed_is_known_by_its_guid_and_the_blogs_redirect(desk: Desk) -> None:
    post = await desk.blog.publish(title="Tea", html="x", date=MARCH)
    entry = entry_of(post, numbered(desk, post))
    await desk.blog.edit_post(post, slug="coffee")
    assert await found(desk, entry) == str(post.id)
    assert await found(desk, replace(entry, native_id=None)) == str(post.id)
    assert await found(desk, replace(entry, uid=Uid("http://old.example/?p=3"), native_id=None)) == UNKNOWN


async def test_another_post_under_the_old_address_is_not_the_entry(desk: Desk) -> None:
    post = await desk.blog.publish(title="Tea", html="x", date=MARCH)
    entry = entry_of(post, numbered(desk, post))
    await desk.blog.edit_post(post, slug="coffee")
    other = await desk.blog.publish(title="Tea", html="y", date=MARCH + timedelta(days=1))
    assert other.link == post.link
    assert await found(desk, entry) == ANOTHER
    assert await found(desk, entry, proof(other.id, post.link, desk.api_root)) == ANOTHER


async def test_where_lost_readers_are_sent_is_not_the_entry(desk: Desk) -> None:
    post = await desk.blog.publish(title="Tea", html="x", date=MARCH)
    await desk.blog.publish(title="Tea and cake", html="y", date=MARCH)
    entry = entry_of(post, numbered(desk, post))
    await desk.blog.trash_post(post)
    assert await found(desk, entry) == UNKNOWN
    assert await found(desk, replace(entry, published_at=None)) == UNKNOWN


async def test_a_post_that_is_gone(desk: Desk) -> None:
    post = await desk.blog.publish(title="Tea", html="x", date=MARCH)
    await desk.blog.trash_post(post)
    entry = entry_of(post, numbered(desk, post))
    assert await desk.client.find_post(entry) == PostNotFound(text=GONE, gone=True)
    assert await found(desk, replace(entry, link=None)) == NO_ADDRESS


async def test_a_kept_proof_is_checked_again(desk: Desk) -> None:
    post = await desk.blog.publish(title="Tea", html="x", date=MARCH)
    entry = entry_of(post, "tag:elsewhere")
    assert await found(desk, entry, proof(desk.post.id, post.link, desk.api_root)) == str(post.id)
    assert await found(desk, entry, proof(post.id, post.link, desk.api_root, "wp/v2/pages")) == str(post.id)


async def test_a_kept_proof_costs_one_request(sandbox_desk: Desk) -> None:
    desk = sandbox_desk
    post = await desk.blog.publish(title="Tea", html="x", date=MARCH)
    desk.blog.requests.clear()  # type: ignore[attr-defined]
    await desk.client.find_post(entry_of(post, "tag:elsewhere"), proof(post.id, post.link, desk.api_root))
    assert [each.method for each in desk.blog.requests] == ["GET"]  # type: ignore[attr-defined]


async def test_addresses_that_mean_the_same(desk: Desk) -> None:
    post = await desk.blog.publish(title="Tea", html="x", date=MARCH)
    for link in (post.link.rstrip("/"), f"{post.link}?utm_source=rss", f"{post.link}#respond"):
        assert await found(desk, replace(entry_of(post, "tag:elsewhere"), link=link)) == str(post.id)


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_a_blog_in_trouble_proves_nothing_and_denies_nothing(sandbox_desk: Desk, status: int) -> None:
    desk = sandbox_desk
    desk.blog.faults.status("*/wp/v2/posts*", status, times=None)  # type: ignore[attr-defined]
    with pytest.raises(TemporaryError):
        await desk.client.find_post(entry_of(desk.post, numbered(desk, desk.post)))


async def test_whether_comments_are_open_is_told(desk: Desk) -> None:
    post = await desk.blog.publish(title="Tea", html="x", date=MARCH, comments_open=False)
    located = await desk.client.find_post(entry_of(post, post.link))
    assert isinstance(located, PostFound)
    assert not located.comments_open


async def test_posts_of_the_same_number_on_another_blog_of_the_host(sandbox_desk: Desk) -> None:
    """A network of sites has one post 1 for each site."""
    desk = sandbox_desk
    entry = replace(entry_of(desk.post, numbered(desk, desk.post)), link=f"{desk.blog.url}eve/2026/03/on-bridges/")
    assert await desk.client.find_post(entry) == PostNotFound(text=GONE, gone=True)


@pytest.mark.parametrize("seed", range(40))
async def test_whatever_is_said_nothing_is_found_but_the_post_at_the_address(sandbox_desk: Desk, seed: int) -> None:
    """Property: guids, hints, proofs, renames and removals may say anything; the address decides, or nobody."""
    chance, desk = random.Random(seed), sandbox_desk
    posts = [desk.post]
    for _ in range(6):
        guid = chance.choice([None, "permalink", f"http://old.example/?p={chance.randint(1, 8)}", "tag:x"])
        kind: PostKind = chance.choice(["post", "post", "page", "note"])
        title = chance.choice(["Tea", "Tea and cake", "Coffee"])
        posts.append(await desk.blog.publish(title=title, html="x", kind=kind, guid=guid, date=MARCH))
    wanted = chance.choice(posts)
    for post in chance.sample(posts, 2):
        if chance.random() < 0.3:
            await desk.blog.edit_post(post, slug=chance.choice(["tea", "cake", "milk"]))
        elif chance.random() < 0.3:
            await desk.blog.trash_post(post)
    guid = chance.choice([f"{desk.blog.url}?p={chance.randint(1, 9)}", f"http://old.example/?p={chance.randint(1, 9)}"])
    entry = entry_of(wanted, guid, published_at=chance.choice([None, MARCH]))
    known = proof(chance.randint(1, 9), wanted.link, desk.api_root) if chance.random() < 0.5 else None
    located = await desk.client.find_post(entry, known)
    if isinstance(located, PostFound):
        state = desk.blog.state  # type: ignore[attr-defined]
        post = state.posts[int(located.post_id)]
        links = desk.blog._links  # type: ignore[attr-defined]
        renamed = links.guid(post) == guid and wanted.link.rstrip("/").rpartition("/")[2] in post.old_slugs
        assert links.post(post) == wanted.link or renamed
