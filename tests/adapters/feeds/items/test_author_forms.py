"""Names of authors beside addresses of mail, in the forms that more than one language and program write."""

import json

import pytest

from bot.adapters.feeds.items.author_names import read_names
from tests.adapters.feeds.wild import read, rss


@pytest.mark.parametrize(
    "written",
    [
        # Signs of Chinese and Japanese
        "ada@mail.example（Ada Quill）",
        "Ada Quill（ada@mail.example）",
        "Ada Quill【ada@mail.example】",
        "ada@mail.example「Ada Quill」",
        "Ada Quill，ada@mail.example",
        "ada@mail.example：Ada Quill",
        # Half of a pair of brackets
        "Ada Quill <ada@mail.example",
        "Ada Quill (ada@mail.example",
        "ada@mail.example> Ada Quill",
        "ada@mail.example/Ada Quill",
        # Written so that no program finds them
        "ada [at] mail [dot] example (Ada Quill)",
        "Ada Quill <ada at mail.example>",
        "Ada Quill (ada AT mail DOT example)",
        "Ada Quill, ada(at)mail.example",
        "ada at mail.example (Ada Quill)",
        # Addresses of chat are written like those of mail.
        "xmpp:ada@mail.example (Ada Quill)",
        "<b>Ada Quill</b> ada@mail.example",
    ],
)
def test_wild_15_in_whatever_signs_and_disguise(written: str) -> None:
    assert read_names([written]) == "Ada Quill"


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("ada@mail.example (Ada Quill) (Editor)", "(Ada Quill) (Editor)"),
        ("'Ada' and 'Ben' <both@mail.example>", "'Ada' and 'Ben'"),
        ("作者（王小明）", "作者（王小明）"),
        ("王小明（wang@mail.example）", "王小明"),
        ("Ada at mail.example", "Ada at mail.example"),
        ("Ada Quill at Home (Guest)", "Ada Quill at Home (Guest)"),
        ("Ada [at work]", "Ada [at work]"),
        ("ada(at)mail.example", ""),
        ("<b>Ada</b> & <i>Ben</i>", "Ada & Ben"),
        ("Ada <3 Ben", "Ada <3 Ben"),
    ],
)
def test_wild_15_what_is_no_address_remains(written: str, names: str) -> None:
    assert read_names([written]) == names


def test_wild_15_names_of_chinese_feeds() -> None:
    (entry,) = read(rss("<title>1</title><author>wang@mail.example（王小明）</author>"))
    assert entry.author == "王小明"


def test_wild_15_a_long_text_without_an_address_costs_little() -> None:
    for text in ("a" * 4000, "a at " * 800, "a[at]" * 800, "a." * 2000, "(" * 4000):
        read_names([text])


@pytest.mark.parametrize(
    "said",
    [
        {"authors": ["Ada", "Ben"]},
        {"authors": [{"name": "Ada"}, "Ben"]},
        {"author": [{"name": "Ada"}, {"name": "Ben"}]},
        {"authors": "Ada", "author": "Ben"},
    ],
)
def test_wild_17_names_alone_and_lists_say_the_same(said: dict[str, object]) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "1", **said}]}
    (entry,) = read(json.dumps(feed))
    assert entry.author == "Ada, Ben"
