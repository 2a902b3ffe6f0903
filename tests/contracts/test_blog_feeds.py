"""What a blog's feeds say about posts and comments, and what they leave to be guessed."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.blog.interface import Blog, Post
from tests.wordpress.client import Visitor

FORMATS = ["", "atom/"]


async def an_entry(blog: Blog, **extra: object) -> Post:
    return await blog.publish(title="Tea & Cake", html="<p>First words.</p>", **extra)  # type: ignore[arg-type]


async def test_posts_feed_tells_all_of_a_post(any_blog: Blog) -> None:
    post = await an_entry(any_blog, categories=["News", "Food"], image_url="http://127.0.0.1/tea.png")
    await any_blog.comment(post, text="Yes")
    seen = await Visitor(any_blog).get("feed/")
    assert seen.status == 200
    assert seen.headers["Content-Type"] == "application/rss+xml; charset=UTF-8"
    [entry] = seen.feed.entries
    assert "<title>Tea &#038; Cake</title>" in seen.text
    assert entry.link == post.link
    assert entry.author == "ada"
    assert {tag.term for tag in entry.tags} == {"News", "Food"}
    assert entry.id == f"{any_blog.url}?p={post.id}"
    assert entry.guidislink is False
    assert "First words." in entry.summary
    assert "<p>First words.</p>" in entry.content[0].value
    assert "http://127.0.0.1/tea.png" in entry.content[0].value
    assert entry.wfw_commentrss == f"{post.link}feed/"
    assert entry.slash_comments == "1"
    assert entry.comments == f"{post.link}#comments"


async def test_posts_feed_in_atom(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    seen = await Visitor(any_blog).get("feed/atom/")
    assert seen.headers["Content-Type"] == "application/atom+xml; charset=UTF-8"
    [entry] = seen.feed.entries
    assert (entry.id, entry.link) == (f"{any_blog.url}?p={post.id}", post.link)
    assert entry.author == "ada"
    assert entry.content[0].value.strip() == "<p>First words.</p>"
    replies = {link.type: link for link in entry.links if link.rel == "replies"}
    assert replies["application/atom+xml"].href == f"{post.link}feed/atom/"
    assert entry.thr_total == "0"
    assert "<thr:total>0</thr:total>" in seen.text


@pytest.mark.parametrize("shape", FORMATS)
async def test_closed_and_silent_posts_do_not_mention_comments(any_blog: Blog, shape: str) -> None:
    await an_entry(any_blog, comments_open=False)
    seen = await Visitor(any_blog).get(f"feed/{shape}")
    assert len(seen.feed.entries) == 1
    for word in ("<comments>", "wfw:commentRss>", "slash:comments>", "thr:total>", 'rel="replies"'):
        assert word not in seen.text


async def test_closed_posts_with_comments_still_mention_them(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    await any_blog.comment(post, text="Yes")
    await any_blog.close_comments(post)
    [entry] = (await Visitor(any_blog).get("feed/")).feed.entries
    assert entry.slash_comments == "1"


async def test_excerpt_only_takes_the_text_out_of_the_posts_feed_alone(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    await any_blog.comment(post, text="Whole comment")
    await any_blog.configure(excerpt_only=True)
    visitor = Visitor(any_blog)
    assert "<content:encoded>" not in (await visitor.get("feed/")).text
    assert "<content:encoded>" in (await visitor.get("comments/feed/")).text


@pytest.mark.parametrize("shape", FORMATS)
async def test_titles_of_comments_are_padded(any_blog: Blog, shape: str) -> None:
    post = await an_entry(any_blog)
    await any_blog.comment(post, author="Ann", text="Yes")
    visitor = Visitor(any_blog)
    everywhere = (await visitor.get(f"comments/feed/{shape}")).feed.entries[0].title
    here = (await visitor.get(f"{post.link}feed/{shape}")).feed.entries[0].title
    assert everywhere.replace("&#038;", "&") == "Comment on Tea & Cake by Ann"
    assert here == "By: Ann"
    assert "\t\tBy: Ann\t\t" in (await visitor.get(f"{post.link}feed/{shape}")).text


@pytest.mark.parametrize("shape", FORMATS)
async def test_words_around_comments_are_the_sites(any_blog: Blog, shape: str) -> None:
    post = await an_entry(any_blog)
    await any_blog.configure(language="de")
    first = await any_blog.comment(post, author="Ann", text="Yes", date=datetime(2026, 3, 1, tzinfo=UTC))
    await any_blog.comment(post, author="Bob", text="No", parent=first.id)
    visitor = Visitor(any_blog)
    everywhere = (await visitor.get(f"comments/feed/{shape}")).feed
    here = (await visitor.get(f"{post.link}feed/{shape}")).feed
    assert everywhere.entries[1].title.replace("&#038;", "&") == "Kommentar zu Tea & Cake von Ann"
    assert here.entries[1].title == "Von: Ann"
    assert everywhere.feed.title == "Kommentare für Example blog"
    assert here.feed.title.replace("&#038;", "&").replace("zu:", "zu") == "Kommentare zu Tea & Cake"
    assert "Als Antwort auf" in here.entries[0].content[0].value


@pytest.mark.parametrize("shape", FORMATS)
async def test_identity_of_a_comment_is_its_number(any_blog: Blog, shape: str) -> None:
    post = await an_entry(any_blog)
    comment = await any_blog.comment(post, text="Yes")
    [entry] = (await Visitor(any_blog).get(f"comments/feed/{shape}")).feed.entries
    assert entry.id == f"{any_blog.url}?p={post.id}#comment-{comment.id}"
    assert entry.link == comment.link == f"{post.link}#comment-{comment.id}"


async def test_names_are_encoded_twice_in_rss(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    await any_blog.comment(post, author="N & M", text="Yes")
    seen = await Visitor(any_blog).get("comments/feed/")
    assert "<dc:creator><![CDATA[N &#38; M]]></dc:creator>" in seen.text
    assert [row.author for row in await any_blog.comments()] == ["N &amp; M"]


async def test_what_readers_of_plain_text_get(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    await any_blog.comment(post, text='say "x" & <b>it\'s</b>')
    seen = await Visitor(any_blog).get("comments/feed/")
    escaped = "say &quot;x&quot; &#038; &lt;b&gt;it&#039;s&lt;/b&gt;"
    assert f"<description><![CDATA[{escaped}]]></description>" in seen.text
    assert "<generator>https://wordpress.org/?v=" in seen.text


async def test_threading_in_rss_is_only_a_sentence(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    parent = await any_blog.comment(post, author="Ann", text="Yes")
    await any_blog.comment(post, author="Bob", text="No", parent=parent.id)
    entries = (await Visitor(any_blog).get("comments/feed/")).feed.entries
    answer = next(entry for entry in entries if "Bob" in entry.title)
    link = f'<a href="{parent.link}">Ann</a>'
    assert answer.content[0].value.startswith(f"<p>In reply to {link}.</p>\n<p>No</p>")
    assert answer.summary.startswith("In reply to")


async def test_the_sentence_can_be_forged(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    parent = await any_blog.comment(post, author="Ann", text="Yes")
    await any_blog.comment(post, author="Eve", text=f'In reply to <a href="{parent.link}">Ann</a>.\n\nNo')
    entries = (await Visitor(any_blog).get("comments/feed/")).feed.entries
    forged = next(entry for entry in entries if "Eve" in entry.title).content[0].value
    assert forged.startswith(f'<p>In reply to <a href="{parent.link}"')


async def test_threading_in_atom(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    parent = await any_blog.comment(post, author="Ann", text="Yes")
    child = await any_blog.comment(post, author="Bob", text="No", parent=parent.id)
    lost = await any_blog.comment(post, author="Cy", text="Hm", parent=9_999)
    entries = (await Visitor(any_blog).get("comments/feed/atom/")).feed.entries
    refs = {entry.id.rpartition("-")[2]: entry["thr_in-reply-to"]["ref"] for entry in entries}
    guid = f"{any_blog.url}?p={post.id}"
    assert refs == {
        str(parent.id): guid,
        str(child.id): f"{guid}#comment-{parent.id}",
        str(lost.id): f"{guid}#comment-{lost.id}",
    }


@pytest.mark.parametrize("shape", FORMATS)
async def test_every_feed_stops_at_ten(any_blog: Blog, shape: str) -> None:
    start = datetime.now(UTC) - timedelta(days=1)
    posts = [await any_blog.publish(title=f"Entry {n}", html="x", date=start + timedelta(minutes=n)) for n in range(11)]
    for n in range(11):
        await any_blog.comment(posts[0], text=f"Remark {n}", date=start + timedelta(hours=1, minutes=n))
    visitor = Visitor(any_blog)
    entries = (await visitor.get(f"feed/{shape}")).feed.entries
    assert [entry.title for entry in entries] == [f"Entry {n}" for n in range(10, 0, -1)]
    for where in (f"comments/feed/{shape}", f"{posts[0].link}feed/{shape}"):
        entries = (await visitor.get(where)).feed.entries
        assert [entry.content[0].value.strip() for entry in entries] == [f"<p>Remark {n}</p>" for n in range(10, 0, -1)]


async def test_pages_past_the_end(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    await any_blog.comment(post, text="Yes")
    visitor = Visitor(any_blog)
    assert (await visitor.get("feed/?paged=2")).status == 404
    assert (await visitor.get("comments/feed/?paged=2")).status == 404
    ignored = await visitor.get(f"{post.link}feed/?paged=2")
    assert (ignored.status, len(ignored.feed.entries)) == (200, 1)


async def test_self_links_lose_the_port_in_three_of_four(any_blog: Blog) -> None:
    await an_entry(any_blog)
    visitor = Visitor(any_blog)
    bare = "http://127.0.0.1/"
    assert f'href="{bare}feed/" rel="self"' in (await visitor.get("feed/")).text
    assert f'href="{bare}comments/feed/" rel="self"' in (await visitor.get("comments/feed/")).text
    assert f'href="{bare}feed/atom/"' in (await visitor.get("feed/atom/")).text
    whole = (await visitor.get("comments/feed/atom/")).text
    assert f'rel="self" type="application/atom+xml" href="{any_blog.url}comments/feed/atom/"' in whole


@pytest.mark.parametrize("shape", FORMATS)
@pytest.mark.parametrize("status", ["hold", "spam", "trash"])
async def test_unapproved_comments_are_in_no_feed(any_blog: Blog, status: str, shape: str) -> None:
    post = await an_entry(any_blog)
    await any_blog.comment(post, text="Hidden", status=status)  # type: ignore[arg-type]
    visitor = Visitor(any_blog)
    assert (await visitor.get(f"comments/feed/{shape}")).feed.entries == []
    assert (await visitor.get(f"{post.link}feed/{shape}")).feed.entries == []
    assert "Hidden" not in (await visitor.get(post.link)).text


async def test_a_new_slug_leaves_an_empty_feed_behind(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    comment = await any_blog.comment(post, text="Yes")
    moved = await any_blog.edit_post(post, slug="biscuits")
    visitor = Visitor(any_blog)
    page = await visitor.get(post.link)
    assert (page.status, page.headers["Location"]) == (301, moved.link)
    old = await visitor.get(f"{post.link}feed/")
    assert (old.status, old.feed.entries) == (200, [])
    # Many themes make "Comments on: Untitled" of it.
    assert old.feed.feed.title.startswith("Comments on:")
    assert "Tea" not in old.text
    assert old.feed.feed.get("link", "") == ""
    [entry] = (await visitor.get("comments/feed/")).feed.entries
    assert entry.id == f"{any_blog.url}?p={post.id}#comment-{comment.id}"
    assert entry.link == f"{moved.link}#comment-{comment.id}"


@pytest.mark.parametrize("shape", FORMATS)
async def test_a_trashed_post_s_feed_is_empty_not_gone(any_blog: Blog, shape: str) -> None:
    post = await an_entry(any_blog)
    await any_blog.comment(post, text="Yes")
    await any_blog.trash_post(post)
    visitor = Visitor(any_blog)
    assert (await visitor.get(post.link)).status == 404
    seen = await visitor.get(f"{post.link}feed/{shape}")
    assert (seen.status, seen.feed.entries) == (200, [])
    assert seen.feed.feed.title.startswith("Comments on")
    assert "Tea" not in seen.text
    assert (await visitor.get(f"comments/feed/{shape}")).feed.entries == []


@pytest.mark.parametrize("status", ["draft", "pending", "private"])
async def test_a_hidden_post_s_feed_still_shows_the_comments(any_blog: Blog, status: str) -> None:
    post = await an_entry(any_blog)
    await any_blog.comment(post, text="Still here")
    await any_blog.set_post_status(post, status)  # type: ignore[arg-type]
    visitor = Visitor(any_blog)
    assert (await visitor.get(post.link)).status == 404
    [entry] = (await visitor.get(f"?feed=rss2&p={post.id}")).feed.entries or (
        await visitor.get(f"{post.link}feed/")
    ).feed.entries
    assert "Still here" in entry.content[0].value
    assert (await visitor.get("comments/feed/")).feed.entries == []
    assert (await visitor.get("feed/")).feed.entries == []


async def test_noncharacters_break_the_xml(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    await any_blog.comment(post, text="odd \ufffe sign")
    assert (await Visitor(any_blog).get("comments/feed/")).feed.bozo


async def test_pages_tell_where_the_feeds_and_the_interface_are(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    visitor = Visitor(any_blog)
    home, page = await visitor.get(""), await visitor.get(post.link)
    for seen in (home, page):
        assert f'href="{any_blog.url}feed/"' in seen.text
        assert f'href="{any_blog.url}comments/feed/"' in seen.text
        links = ", ".join(seen.headers.getall("Link"))
        assert f'<{any_blog.url}wp-json/>; rel="https://api.w.org/"' in links
    assert f'href="{post.link}feed/"' in page.text
    assert len(page.headers.getall("Link")) == 3  # one header each: looking at the first is not enough
    number = f'<{any_blog.url}wp-json/wp/v2/posts/{post.id}>; rel="alternate"; type="application/json"'
    assert number in ", ".join(page.headers.getall("Link"))


async def test_plain_permalinks(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    comment = await any_blog.comment(post, text="Yes")
    await any_blog.configure(permalinks="plain")
    visitor = Visitor(any_blog)
    for where in ("wp-json/", "feed/"):
        seen = await visitor.get(where)
        assert (seen.status, seen.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")
    home = await visitor.get("")
    assert f'<{any_blog.url}index.php?rest_route=/>; rel="https://api.w.org/"' in home.headers["Link"]
    index = await visitor.get("index.php?rest_route=/")
    assert index.json["name"] == "Example blog"
    assert [row["id"] for row in (await visitor.get("?rest_route=/wp/v2/comments")).json] == [comment.id]
    assert len((await visitor.get("?feed=rss2")).feed.entries) == 1
    [entry] = (await visitor.get("?feed=comments-atom")).feed.entries
    assert entry.link == f"{any_blog.url}?p={post.id}#comment-{comment.id}"
    [entry] = (await visitor.get(f"?feed=rss2&p={post.id}")).feed.entries
    assert entry.title == "By: Ann"


async def test_threads_on_the_page(any_blog: Blog) -> None:
    post = await an_entry(any_blog)
    parent = await any_blog.comment(post, text="Above")
    child = await any_blog.comment(post, text="Below", parent=parent.id)
    lost = await any_blog.comment(post, text="Nowhere", parent=9_999)
    page = (await Visitor(any_blog).get(post.link)).text
    assert page.index(f'id="comment-{parent.id}"') < page.index(f'id="comment-{child.id}"')
    assert f'id="comment-{lost.id}"' not in page
