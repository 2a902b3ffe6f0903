import pytest

from bot.adapters.feeds.addresses import candidates, home_of, same_site, well_known_feeds
from bot.model.errors import PermanentError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://blog.test/x", ("https://blog.test/x",)),
        ("  <HTTP://blog.test>  ", ("HTTP://blog.test",)),
        ("blog.test", ("https://blog.test", "http://blog.test")),
        ("blog.test:8080/x?y=1", ("https://blog.test:8080/x?y=1", "http://blog.test:8080/x?y=1")),
        ("bücher.test", ("https://bücher.test", "http://bücher.test")),
        ("localhost:8000", ("http://localhost:8000", "https://localhost:8000")),
        ("127.0.0.1:8000/blog", ("http://127.0.0.1:8000/blog", "https://127.0.0.1:8000/blog")),
        ("feed://blog.test/feed", ("http://blog.test/feed",)),
        ("feed:https://blog.test/feed", ("https://blog.test/feed",)),
    ],
)
def test_what_is_asked(text: str, expected: tuple[str, ...]) -> None:
    assert candidates(text) == expected


@pytest.mark.parametrize(
    "around",
    [
        "<{}>", "{}.", "{},", "({})", "[{}]", '"{}"', "'{}'", "„{}“", "«{}»", "`{}`", "**{}**", "||{}||", "*{}*!",
        "\u200b{}\u200b", "\ufeff{}", "\u202a{}\u202c", "my blog: {}", "<{}> please", "{} (it is new)", "See {}. Bye!",
        "[my blog]({})", "[my blog](<{}>).", "my blog [here]({}), please", "> {}\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "address", ["https://blog.test/x", "http://blog.test/wiki/A_(b)", "https://blog.test/~ann/?a=b#c"]
)
def test_what_stands_around_a_pasted_address(around: str, address: str) -> None:
    assert candidates(around.format(address)) == (address,)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("blog.test.", "https://blog.test"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("([blog.test])", "https://blog.test"),
        ("[https://blog.test](https://blog.test)", "https://blog.test"),
        ("(blog.test/x)", "https://blog.test/x"),
        ("please add blog.test, e.g. now", "https://blog.test"),
        ("http:/blog.test/x", "http://blog.test/x"),
        ("https:\\\\blog.test", "https://blog.test"),
        ("view-source:https://blog.test/", "https://blog.test/"),
        ("feed:blog.test/feed", "https://blog.test/feed"),
        ("<feed://https://blog.test/feed>", "https://blog.test/feed"),
        ("@ann@social.test", "https://social.test/@ann"),
        ("@ann.bsky.test", "https://bsky.app/profile/ann.bsky.test"),
        ("follow @ann_b@social.test!", "https://social.test/@ann_b"),
    ],
)
def test_how_else_people_name_an_address(text: str, address: str) -> None:
    assert candidates(text)[0] == address


@pytest.mark.parametrize(
    "text",
    [
        "https://a.test https://b.test",
        "[a](https://a.test) <https://b.test>",
        "https://a.test [b](https://b.test)",
        "a.test or b.test",
        "@ann",
        "no. 5",
    ],
)
def test_nobody_guesses_which_address_is_meant(text: str) -> None:
    with pytest.raises(PermanentError):
        candidates(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "my blog",
        "blog",
        "mailto:ann@blog.test",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ftp://x.test",
        "x" * 3000,
    ],
)
def test_what_is_not(text: str) -> None:
    with pytest.raises(PermanentError) as refused:
        candidates(text)
    assert len(refused.value.text) < 200


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("https://Blog.test", "https://blog.test/"),
        ("https://blog.test:443/#top", "https://blog.test/"),
        ("http://blog.test:8080", "http://blog.test:8080/"),
        ("https://blog.test/notes", "https://blog.test/notes/"),
        ("https://blog.test/notes/index.html?utm_source=rss", "https://blog.test/notes/"),
        ("https://blog.test/blog.cgi", "https://blog.test/blog.cgi"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
    ],
)
def test_one_spelling_of_a_home(url: str, home: str) -> None:
    assert home_of(url) == home


def test_usual_addresses() -> None:
    assert well_known_feeds("https://blog.test/?x=1")[:2] == ("https://blog.test/feed/", "https://blog.test/feed.xml")
    assert len(well_known_feeds("https://blog.test/")) == 12
    assert well_known_feeds("https://blog.test/notes")[0] == "https://blog.test/notes/feed/"
    assert len(well_known_feeds("https://blog.test/notes")) == 18


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://blog.test/a", "http://www.blog.test/b", True),
        ("https://blog.test:443/", "https://blog.test/", True),
        ("https://blog.test/", "https://feeds.blog.test/", False),
        ("http://blog.test:8080/", "http://blog.test/", False),
    ],
)
def test_sites(one: str, other: str, *, same: bool) -> None:
    assert same_site(one, other) is same
