"""Cases 75 to 84 of feeds in the wild: what becomes of an item's words on their way into a card."""

import random
import re
from pathlib import Path

import pytest

from bot.adapters.feeds.parsing.read_document import read_entries
from bot.model.entry import ParsedEntry
from bot.model.message import ChatPost
from bot.model.reply import ReplyState
from bot.rules.html_to_discord.convert import first_image, to_markdown
from bot.rules.html_to_discord.text import clusters, units
from bot.rules.messages.cards import is_empty, present_alert, present_comment, present_entry, present_reply, thread_name
from tests.rules.examples import comment, entry, parsed_entry, reply

CASES = Path(__file__).parents[1] / "data" / "feeds" / "cases"
HOME = "https://blog.test/"
PING = re.compile(r"@(?:everyone|here|[!&]?\d)|<(?:[@#/]|a?:\w|t:\d|id:)", re.IGNORECASE)
FAMILY = "👨‍👩‍👧"


def read(name: str) -> dict[str, ParsedEntry]:
    feed = read_entries((CASES / name).read_bytes(), content_type="", url="https://feed.test/blog/feed").feed
    return {each.title: each for each in feed.entries}


def chat(name: str) -> str:
    return to_markdown((CASES / name).read_text(), base_url=HOME, limit=4000)


@pytest.mark.parametrize(
    ("title", "link", "image"),
    [
        ("Stated", "[two](<https://blog.test/notes/2/>)", "https://blog.test/notes/pictures/a.png"),
        ("On its page", "[more](<https://blog.test/2/more>)", "https://blog.test/a.png"),
        ("Nowhere", "[top](<https://feed.test/top>)", "https://feed.test/blog/a.png"),
    ],
)
def test_case_75_relative_addresses_lead_where_the_feed_means_them_to(title: str, link: str, image: str) -> None:
    parsed = read("75-relative.xml")[title]
    kept = entry(title=parsed.title, link=parsed.link, html=parsed.html)
    for each in (parsed, kept):
        post = present_entry(each, home_url="https://elsewhere.test/")
        assert (post.body, post.image_url) == (link, image)


@pytest.mark.parametrize("base", ["javascript:alert(1)", "http://[bad", "", "https://user@evil.test\n/"])
def test_case_75_a_base_that_is_no_address_is_none(base: str) -> None:
    html = f'<base href="{base}"><img src="a.png"><a href="javascript:x">x</a>'
    image = first_image(html, base_url=HOME)
    assert image in {f"{HOME}a.png", "https://evil.test/a.png"}
    assert to_markdown(html, base_url=HOME, limit=100) == "x"


def test_case_76_an_address_is_written_so_that_it_is_one() -> None:
    post = present_entry(entry(link=f"{HOME}my post", image_url=f'{HOME}my "photo|1".jpg'), home_url=HOME)
    assert (post.url, post.image_url) == (f"{HOME}my%20post", f"{HOME}my%20%22photo%7C1%22.jpg")
    signed = f"{HOME}a%20b*~(c)?x=%2F&y=[1]#é"
    assert present_entry(entry(link=signed), home_url=HOME).url == signed


def test_case_76_scripts_and_pixels_within_the_text_leave_nothing() -> None:
    assert chat("76-text.html") == "Read this, that, those and more.\n\n\\[drawn inline\\]\n\n\\[The ridge\\]"
    assert first_image((CASES / "76-text.html").read_text(), base_url=HOME) == f"{HOME}photos/ridge.jpg"


def test_case_79_a_text_pings_nobody_and_its_links_say_where_they_lead() -> None:
    shown = chat("79-text.html")
    assert not PING.search(shown)
    assert shown.splitlines()[2:] == [
        r"Join [the real server](<https://discord.gg/evil>) or discord.gg/evil or https://discord.com/invite/evil",
        "",
        (
            "[@\u200beveryone](<https://evil.test/%40everyone>) "
            "\\[free\\](https://evil.test) https:\u200b//bank.test/ (<https://evil.test/>)"
        ),
    ]


def test_case_79_a_title_is_nothing_but_words() -> None:
    first, *_ = read("79-80-titles.xml").values()
    post = present_entry(first, home_url=HOME)
    assert post.title == "@\u200beveryone \\<\u200b@\u200b&123> \\[x\\](https:\u200b//evil.test)"
    assert present_entry(entry(title="snake_case **bold** ||spoiler||"), home_url=HOME).title == (
        r"snake\_case \*\*bold\*\* \|\|spoiler\|\|"
    )
    # Neither is read for Markdown by Discord, so there it would show the backslashes.
    assert thread_name(entry(title="snake_case")) == "snake_case"
    assert present_entry(entry(author="snake_case", categories=("a_b",)), home_url=HOME).author == "snake_case"
    alert = present_alert(comment(), entry(title="[x](https://evil.test)"), home_url=HOME, thread_url=None)
    assert alert.title == "New comment on \\[x\\](https:\u200b//evil.test) (blog.example)"


def test_case_79_what_is_said_of_a_blog_stands_in_the_card_which_never_pings() -> None:
    for post in (present_entry(entry(), home_url=HOME), present_comment(comment(), home_url=HOME)):
        assert post.mention is None


def test_case_80_what_is_not_seen_is_not_said() -> None:
    _, turned, long = read("79-80-titles.xml").values()
    assert present_entry(turned, home_url=HOME).title == "invoice 👩\u200d💻"
    assert thread_name(entry(title=long.title)) == "x" * 99 + "…"
    hidden = "a\u200bb\u202ec\u2066d\ufeffe\u00adf"
    assert present_entry(entry(html=hidden, author=hidden, categories=(hidden,)), home_url=HOME).body == "abcdef"
    assert to_markdown(f"<b>{hidden}</b>", base_url=HOME, limit=99) == "**abcdef**"


@pytest.mark.parametrize("cluster", [FAMILY, "e\u0301", "🇩🇪", "👍🏽", "각"])
def test_case_80_a_name_is_cut_between_characters_as_readers_see_them(cluster: str) -> None:
    name = thread_name(entry(title=cluster * 5000))
    assert units(name) <= 100
    assert set(clusters(name.removesuffix("…"))) == {cluster}
    assert units(name) + units(cluster) > 100
    title = present_entry(entry(title=cluster * 5000), home_url=HOME).title
    assert units(title) <= 256
    assert set(clusters(title.removesuffix("…"))) == {cluster}


def test_case_80_a_title_is_not_cut_within_an_escape() -> None:
    for before in range(3):
        title = present_entry(entry(title="x" * before + "*" * 5000), home_url=HOME).title
        assert re.fullmatch(r"x*(?:\\\*)+…", title)
        assert units(title) <= 256


def _sum(post: ChatPost) -> int:
    return sum(units(text) for text in (post.title, post.author, post.body, post.footer))


def test_case_80_whatever_it_is_made_of_a_card_holds_at_most_6000() -> None:
    randomness = random.Random(80)
    bits = ["word ", "*", "_", "<b>", "&lt;", FAMILY, "\u202e", "@everyone ", "https://a.test/_b_ ", "\n", "<p>", "`"]
    for _ in range(5):
        words = "".join(randomness.choice(bits) for _ in range(6000))
        long = {"title": words, "author": words, "html": words, "categories": (words,) * 60}
        remark = comment(author=words, html=words, parent_author=words, link=f"{HOME}{'a' * 3000}")
        for post in (
            present_entry(entry(**long), home_url=HOME),
            present_comment(remark, home_url=HOME, orphan=True),
            present_alert(remark, entry(**long), home_url=HOME, thread_url=f"{HOME}{'b' * 600}"),
            present_reply(reply(content="x" * 4000, public_name=words, reason=words, state=ReplyState.REFUSED)),
        ):
            assert units(post.title) <= 256
            assert units(post.author) <= 256
            assert units(post.body) <= 4096
            assert units(post.footer) <= 2048
            assert _sum(post) <= 6000
            assert post.url is None or len(post.url) <= 2048
            assert all(len(link.url) <= 512 for link in post.links)


@pytest.mark.parametrize("nothing", ["", " \u200b ", "<p>&nbsp;</p>", "<script>x</script>", "<img width=1 src=x>"])
def test_case_81_an_entry_that_says_nothing_is_none(nothing: str) -> None:
    assert is_empty(parsed_entry(title=" ", html=nothing, link=None))
    linked = parsed_entry(title="", html=nothing, link=f"{HOME}7/")
    assert not is_empty(linked)
    assert present_entry(linked, home_url=HOME).title == "https:\u200b//blog.test/7/"


@pytest.mark.parametrize("nothing", ["", " \u200b ", "<p>&nbsp;</p>", "<script>x</script>"])
def test_case_81_a_comment_that_says_nothing_says_so(nothing: str) -> None:
    post = present_comment(comment(author="", html=nothing, link=None), home_url=HOME)
    assert (post.author, post.body) == ("Anonymous", "-# (no text)")


@pytest.mark.parametrize("path", sorted(CASES.glob("83-*.html")), ids=lambda path: path.stem)
def test_case_83_code_lists_tables_and_signs_within_words(path: Path) -> None:
    assert chat(path.name) + "\n" == path.with_suffix(".md").read_text()


def test_case_84_a_very_long_post_is_one_card_with_its_beginning_and_its_link() -> None:
    html = "<p>The beginning.</p>" + "<p>And so it goes on and on.</p>" * 40_000
    post = present_entry(entry(html=html), home_url=HOME)
    assert post.body.startswith("The beginning.\n\nAnd so it goes on")
    assert post.body.endswith("…")
    assert units(post.body) <= 700
    assert post.url == entry().link
    remark = present_comment(comment(html=html), home_url=HOME)
    assert remark.body.endswith("…")
    assert (units(remark.body) <= 4096, remark.url) == (True, comment().link)
