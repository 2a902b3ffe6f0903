"""Pages of published replies: what a reader and a parser of microformats find, and what nobody finds."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest

from bot.model.connection import Credential, Secret
from bot.model.entry import EntryRef, ParsedComment
from bot.model.ids import ChannelId, MessageId, NativeId, Uid
from bot.model.message import MemberView, Mentions, MessageRef, ReplyTarget
from bot.model.reply import Reply, ReplyState
from bot.model.subscription import Placement, RelayMode
from bot.web.index import IndexPage
from tests.fakes.blog import HOME, PASSWORD
from tests.fakes.time import RealClock
from tests.web.site import GUILD, PUBLIC, USER, Site

TYPED = "So <script>alert(1)</script> **it** is, https://evil.example/?a=1&b=2 <@1>"


class Microformats(HTMLParser):
    """Collects tags, and what carries a microformats2 class: (class, attributes)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.marked: dict[str, list[dict[str, str]]] = {}
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = {name: value or "" for name, value in attrs}
        for name in given.get("class", "").split():
            self.marked.setdefault(name, []).append(given)

    def handle_data(self, data: str) -> None:
        self.text += data


async def a_reply(site: Site, *, state: ReplyState = ReplyState.PUBLISHED, link: str = f"{HOME}1/#comment-7") -> Reply:
    """Let a member answer a comment, through the real journey up to the draft; then settle it."""
    parsed = site.fake.write('Tom & "Jerry" <i>1</i>')
    now = RealClock().now()
    store = site.store
    (entry,) = await store.entries.add(site.blog.id, [(parsed, "hash")], now=now)
    remark = ParsedComment(
        uid=Uid("comment-7"),
        parent_uid=None,
        entry=EntryRef(native_id=NativeId("1")),
        link=link,
        author="Ann <b>",
        published_at=now,
        html="<p>Hm.</p>",
        native_id=NativeId("7"),
    )
    (comment,) = await store.comments.add(site.blog.id, [(entry.id, remark, "hash")], now=now)
    subscription = await store.subscriptions.add(
        guild_id=GUILD,
        channel_id=ChannelId(5),
        blog_id=site.blog.id,
        placement=Placement.THREAD,
        comments=True,
        started_at=now,
    )
    assert subscription is not None
    await store.subscriptions.set_mode(subscription.id, RelayMode.MENU)
    credential = Credential(username="bridge", password=Secret(PASSWORD))
    await site.bridge.connector.connect(site.blog, GUILD, USER, credential)
    await site.bridge.reply_members.agree(USER, "Mia", consent=True)
    preview = await site.bridge.reply_drafts.draft_from_button(
        ReplyTarget(subscription_id=subscription.id, entry_id=entry.id, comment_id=comment.id),
        MemberView(id=USER, guild_id=GUILD, channel_id=ChannelId(5)),
        TYPED,
        Mentions(),
    )
    await store.replies.save_message(preview.reply_id, MessageRef(channel_id=ChannelId(8), message_id=MessageId(9)))
    await store.replies.save_state(preview.reply_id, state, native_id=NativeId("8"), url=f"{HOME}1/#comment-8")
    reply = await store.replies.get(preview.reply_id)
    assert reply is not None
    return reply


async def show(site: Site, token: str | None) -> tuple[int, str]:
    async with site.session.get(site.url(f"/replies/{token}")) as response:
        return response.status, await response.text()


async def test_a_published_reply_is_an_h_entry(site: Site) -> None:
    reply = await a_reply(site)
    status, html = await show(site, reply.token)
    assert status == 200
    found = Microformats(html)
    assert len(found.marked["h-entry"]) == 1
    assert [each["href"] for each in found.marked["u-in-reply-to"]] == [f"{HOME}1/#comment-7", f"{HOME}1/"]
    assert found.marked["u-url"][0]["href"] == f"{PUBLIC}/replies/{reply.token}"
    assert found.marked["dt-published"][0]["datetime"] == reply.created_at.isoformat()
    assert [each["href"] for each in found.marked["u-syndication"]] == [
        f"{HOME}1/#comment-8",
        f"https://discord.com/channels/{GUILD}/8/9",
    ]
    assert {"p-author", "h-card", "p-name", "e-content"} <= found.marked.keys()
    assert 'content="noindex"' in html
    assert "Mia" in found.text
    assert "@member" in found.text


async def test_nothing_that_came_from_elsewhere_is_markup(site: Site) -> None:
    _, html = await show(site, (await a_reply(site)).token)
    found = Microformats(html)
    assert not {"script", "b", "i", "img", "iframe", "form"} & set(found.tags)
    assert "strong" in found.tags
    assert "<script>alert(1)</script>" in found.text
    assert "a comment by Ann" in found.text


async def test_an_address_that_is_not_http_is_no_link(site: Site) -> None:
    _, html = await show(site, (await a_reply(site, link="javascript:alert(1)")).token)
    assert "javascript" not in html
    assert len(Microformats(html).marked["u-in-reply-to"]) == 1


@pytest.mark.parametrize("state", [each for each in ReplyState if each is not ReplyState.PUBLISHED])
async def test_what_is_not_published_is_not_there(site: Site, state: ReplyState) -> None:
    reply = await a_reply(site, state=state)
    assert (await show(site, reply.token))[0] == 404


async def test_pages_cannot_be_found_by_counting(site: Site) -> None:
    reply = await a_reply(site)
    for guess in (reply.id, "None", "", "..%2f", (reply.token or "")[:-1], (reply.token or "").swapcase()):
        assert (await show(site, str(guess)))[0] == 404


async def test_the_front_page_names_the_operator(site: Site) -> None:
    async with site.session.get(site.url("/")) as response:
        html = await response.text()
        assert response.status == 200
    assert "Olga &lt;b&gt;O.&lt;/b&gt;" in html
    assert "/relay mine" in html


@pytest.mark.parametrize(
    ("operator", "html"),
    [
        ("olga@example.org", '<a href="mailto:olga@example.org">olga@example.org</a>'),
        ("https://example.org/olga", '<a href="https://example.org/olga">https://example.org/olga</a>'),
        ('https://example.org/"><script>', "&quot;&gt;&lt;script&gt;"),
        ("javascript:alert(1)", "Operator: javascript:alert(1)<"),
        (None, "not named"),
    ],
)
async def test_the_operator_is_a_link_where_that_is_safe(operator: str | None, html: str) -> None:
    response = await IndexPage(operator)._show(None)  # type: ignore[arg-type]
    assert html in str(response.text)


async def test_a_page_whose_text_is_not_stored_any_more_says_so(site: Site) -> None:
    reply = await a_reply(site)
    late = RealClock().now() + timedelta(days=99)
    assert await site.store.retention.erase_texts(late, 9, unsettled=late) == 1
    status, html = await show(site, reply.token)
    page = Microformats(html)
    assert status == 200
    assert "The text is not stored here any more" in page.text
    assert page.marked["u-syndication"][0]["href"].startswith(HOME)
