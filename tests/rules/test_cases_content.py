"""Cases 75 to 84 of feeds in the wild: what becomes of an item's words on their way into a card."""

from pathlib import Path

import pytest

from bot.adapters.feeds.reading import read_entries
from bot.model.entry import ParsedEntry
from bot.rules.present import present_entry
from bot.rules.to_chat import first_image, to_chat
from tests.rules.examples import entry

CASES = Path(__file__).parents[1] / "data" / "feeds" / "cases"
HOME = "https://blog.test/"


def read(name: str) -> dict[str, ParsedEntry]:
    feed = read_entries((CASES / name).read_bytes(), content_type="", url="https://feed.test/blog/feed").feed
    return {each.title: each for each in feed.entries}


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
    assert to_chat(html, base_url=HOME, limit=100) == "x"
