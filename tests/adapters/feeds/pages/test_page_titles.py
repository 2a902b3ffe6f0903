"""What a page calls itself, without its site's name, in any language."""

import pytest

from bot.adapters.feeds.pages.page import read_title

SITE = "Ann's Blog"


def titled(title: str, *metas: tuple[str, str]) -> bytes:
    head = "".join(f'<meta property="{name}" content="{value}">' for name, value in metas)
    return f"<!DOCTYPE html><html><head>{head}<title>{title}</title></head><body><h1>No</h1></body></html>".encode()


@pytest.mark.parametrize(
    ("title", "own"),
    [
        ("Über uns &#8211; Ann's Blog", "Über uns"),
        ("Über uns - Ann&#039;s Blog", "Über uns"),
        ("À propos | Ann's Blog", "À propos"),
        ("会社概要 « Ann's Blog", "会社概要"),
        ("Ann's Blog » О нас", "О нас"),
        ("ANN'S BLOG :: עלינו", "עלינו"),
        ("Ink – a story – Ann's Blog", "Ink – a story"),
        ("What? | Ann's Blog", "What?"),
        ("Ann's Blog is ten – Ann's Blog", "Ann's Blog is ten"),
        ("On Ann's Blog", "On Ann's Blog"),
        ("Tea &amp; Cake", "Tea & Cake"),
        ("Tea &lt;b&gt; – Ann's Blog", "Tea <b>"),
        ("\n  Two\n lines \n", "Two lines"),
        ("Ann's Blog", None),
        (" ", None),
    ],
)
def test_the_sites_name_is_taken_off(title: str, own: str | None) -> None:
    assert read_title(titled(title), site=SITE) == own


@pytest.mark.parametrize(
    ("metas", "own"),
    [
        ([("og:title", "Über uns")], "Über uns"),
        ([("og:title", "Über uns - Ann's Blog")], "Über uns"),
        ([("og:title", "Über uns | Ann"), ("og:site_name", "Ann")], "Über uns"),
        ([("OG:Title", "Erste"), ("og:title", "Zweite")], "Erste"),
        ([("og:title", "Ann's Blog")], "Slogan"),
        ([("og:title", "")], "Slogan"),
        ([("og:description", "Über uns")], "Slogan"),
    ],
)
def test_what_a_page_tells_those_who_link_to_it_comes_first(metas: list[tuple[str, str]], own: str) -> None:
    assert read_title(titled("Slogan – Ann's Blog", *metas), site=SITE) == own


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"{}", b"<title>", b"<svg><title>Icon</title></svg>"])
def test_what_is_no_page_has_no_title(body: bytes) -> None:
    assert read_title(body, site=SITE) is None


def test_a_blog_without_a_name_takes_nothing_off() -> None:
    assert read_title(titled("Ink – a story"), site="") == "Ink – a story"
