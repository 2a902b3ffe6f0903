"""Titles that hold words in angle brackets or marks of Markdown, from the document to all that stands in chat."""

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from html import escape

import pytest

from bot.cogs._explain_card import trace_card
from bot.model.ids import ChannelId
from bot.model.message import ChannelKind, ChannelView, ChatPost
from bot.model.subscription import Placement, SubscribedBlog
from bot.storage.database import Store
from tests.adapters.feeds.wild import atom, rss
from tests.bridge.harness import CHANNEL, GUILD, USER, BridgeHarness, build_harness
from tests.fakes.documents import Documents
from tests.rules.discord_markdown import seen

WORDS = (
    "The <nav> element, and </body>",
    "Vec<String> & f(&params)",
    "if a<b: snake_case *x* ~~y~~ ||z||",
    "\\o/ <@123456789012345678> @everyone",
    "Use <?php echo $x ?>",
)


def _numbered(titles: list[str]) -> Iterable[tuple[int, str]]:
    """Number items from the last, which is the oldest."""
    return zip(range(len(titles), 0, -1), titles, strict=True)


def _json(titles: list[str]) -> str:
    items = [{"id": f"http://garden.example/{each}", "title": title} for each, title in _numbered(titles)]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Garden diary", "items": items})


def _items(form: str) -> Callable[[list[str]], list[str]]:
    def items(titles: list[str]) -> list[str]:
        return [form.format(escape(title), escape(escape(title)), number) for number, title in _numbered(titles)]

    return items


_FORMATS: dict[str, Callable[[list[str]], str]] = {
    "RSS": lambda titles: rss(*_items("<title>{0}</title><link>http://garden.example/{2}</link>")(titles)),
    "RSS, escaped twice": lambda titles: rss(
        *_items("<title>{1}</title><link>http://garden.example/{2}</link>")(titles)
    ),
    "Atom, text": lambda titles: atom(
        *_items("<id>{2}</id><title>{0}</title><link href='http://garden.example/{2}'/>")(titles)
    ),
    "Atom, HTML": lambda titles: atom(
        *_items("<id>{2}</id><title type='html'>{1}</title><link href='http://garden.example/{2}'/>")(titles)
    ),
    "JSON": _json,
}


@pytest.fixture
def documents() -> Documents:
    return Documents()


@pytest.fixture
def harness(store: Store, documents: Documents) -> BridgeHarness:
    return build_harness(store, documents, discoverer=documents)


def shown(markdown: str) -> str:
    """Return what a reader sees, without blanks."""
    return "".join(char for char, _ in seen(markdown))


def bare(words: str) -> str:
    return words.replace(" ", "")


async def start_in_forum(harness: BridgeHarness) -> SubscribedBlog:
    view = ChannelView(id=CHANNEL, guild_id=GUILD, name="blog", kind=ChannelKind.FORUM)
    proposed = await harness.bridge.proposals.propose("garden.example", view, USER, placement=None, comments=True)
    started = await harness.bridge.proposals.start(proposed.proposal_id, GUILD)
    assert started.subscription.placement is Placement.FORUM
    (blog,) = await harness.bridge.admin.blogs(GUILD)
    return blog


@pytest.mark.parametrize("form", _FORMATS)
@pytest.mark.parametrize("forum", [True, False])
async def test_wild_01_words_of_a_title_stand_in_chat_as_they_were_written(
    harness: BridgeHarness, documents: Documents, form: str, forum: bool
) -> None:
    documents.entries = _FORMATS[form](["Old"]).encode()
    blog = await start_in_forum(harness) if forum else await harness.start()
    documents.entries = _FORMATS[form]([*WORDS, "Old"]).encode()
    await harness.poll()
    await harness.deliver()
    titles = [shown(each.post.title) for each in harness.chat.said]
    assert sorted(titles) == sorted(map(bare, WORDS))
    assert sorted(harness.chat.threads.values()) == sorted(WORDS)
    for words in WORDS:
        way = await harness.bridge.explainer.explain(blog, words)
        card = trace_card(way, blog)
        assert shown(card.title or "") == bare(words)
        # As it was parsed, and on its card.
        assert shown(card.description or "").count(f"“{bare(words)}”") == 2


@pytest.mark.parametrize("forum", [True, False])
async def test_wild_01_the_summary_of_a_flood_is_named_in_plain_words(
    harness: BridgeHarness, documents: Documents, forum: bool
) -> None:
    head, name = "<link>http://garden.example/</link>", "The <nav> snake_case *blog*"
    documents.title = name
    documents.entries = rss(*_items("<title>{0}</title><guid>{2}</guid>")(["Old"]), head=head).encode()
    if forum:
        await start_in_forum(harness)
    else:
        await harness.start()
    many = [f"{words} {number}" for number in range(8) for words in WORDS]
    documents.entries = rss(*_items("<title>{0}</title><guid>{2}</guid>")([*many, "Old"]), head=head).encode()
    await harness.poll()
    await harness.deliver()
    (summary,) = [each for each in harness.chat.said if "more entries" in each.post.title]
    assert shown(summary.post.title).endswith(bare(name))
    assert _counted(summary.post) > 0
    if forum:
        named = harness.chat.threads[ChannelId(summary.ref.message_id)]
        assert named.endswith(f" more entries of {name}")


async def test_wild_01_so_is_the_summary_of_comments_on_several_entries(store: Store) -> None:
    harness = build_harness(store)
    harness.blog.window = 1000
    await start_in_forum(harness)
    entries = [harness.blog.write(f"Post {number}") for number in range(3)]
    await harness.poll()
    await harness.deliver()
    for number in range(120):
        harness.blog.remark(entries[number % 3], "Bob", f"Said {number}")
    await harness.poll(timedelta(minutes=3))
    for _ in range(60):
        await harness.deliver(timedelta(seconds=30))
    names = [name for name in harness.chat.threads.values() if "more comments" in name]
    assert names
    assert all(name.endswith(" more comments on 3 entries of Ann's *blog*") for name in names)


def _counted(post: ChatPost) -> int:
    return sum(any(bare(words) in shown(line) for words in WORDS) for line in post.body.splitlines())
