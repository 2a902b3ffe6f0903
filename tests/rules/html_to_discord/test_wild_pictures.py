"""Tables and pictures of the wild, and what chat shows of them. Numbers as in ``docs/feeds.md``."""

import pytest

from bot.adapters.feeds.parsing.read_document import read_entries
from bot.rules.html_to_discord.convert import first_image, to_markdown
from tests.rules.wild import PAGE, WILD, pairs, shown


def test_wild_23_a_table_that_lays_out_a_page() -> None:
    body = (WILD / "23-layout-tables/input.xml").read_bytes()
    (entry,) = read_entries(body, content_type="", url=PAGE).feed.entries
    assert shown(entry.html) == (
        "**Hello gardeners**\n\nIt is warm at last.\n\nOpen the windows.\n\n- water\n- weed\n\n> Patience."
    )


_TEXT = "<p>It is warm at last.</p><p>Open the windows.</p>"
_TEXT_SHOWN = "It is warm at last.\n\nOpen the windows."


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<table role=presentation><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
        (f"<table><tr><td>{_TEXT}</td></tr></table>", _TEXT_SHOWN),
        (f"<table><tr><td></td><td>{_TEXT}</td><td>&nbsp;</td></tr></table>", _TEXT_SHOWN),
        (f"<table><tr><td><table><tr><td>{_TEXT}</td></tr></table></td></tr></table>", _TEXT_SHOWN),
        (
            "<table><tr><td><img src='/a.jpg' alt='A pear'></td><td>The pear tree has to go this year.</td></tr>",
            "\\[A pear\\]\nThe pear tree has to go this year.",
        ),
        (
            f"<table><tr><td><h2>Left and first</h2></td><td>{_TEXT}</td></tr></table>",
            f"**Left and first**\n\n{_TEXT_SHOWN}",
        ),
        (
            "<table><tr><td>The first of two stories.</td><td><pre>a = 1\nb = 2</pre></td></tr></table>",
            "The first of two stories.\n\n```\na = 1\nb = 2\n```",
        ),
        (
            "<table><tr><td>In the beginning there was.</td><td><blockquote>Patience.</blockquote></td></tr></table>",
            "In the beginning there was.\n\n> Patience.",
        ),
        (
            "<table><tr><th>Bed</th><th>Crop</th></tr><tr><td>1</td><td>Peas</td></tr><tr><td>2</td><td></td></tr></table>",
            "**Bed** \\| **Crop**\n1 \\| Peas\n2 \\|",
        ),
        (
            "<table><tr><td><p>Bed one</p></td><td><p>Peas and beans</p></td></tr><tr><td>Bed two</td><td>Carrots</td>",
            "Bed one \\| Peas and beans\nBed two \\| Carrots",
        ),
        ("<table><tr><td><ul><li>a</li></ul></td><td>side</td></tr></table>", "- a\n\nside"),
        ("<table><tr><td><h2>Left</h2></td><td><h2>Right</h2></td></tr></table>", "**Left**\n\n**Right**"),
        ("<table><tr><td><blockquote>Patience.</blockquote></td><td>x</td></tr></table>", "> Patience.\n\nx"),
        ("<table><tr><td><p>a</p><p>b</p></td><td>side</td></tr></table>", "a\n\nb\n\nside"),
        ("<table role='Presentation'><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
        (
            (
                "<table><tr><td>Left</td><td><table><tr><th>Bed</th><th>Crop</th></tr><tr><td>1</td><td>Peas</td></tr>"
                "</table></td></tr></table>"
            ),
            "Left\n\n**Bed** \\| **Crop**\n1 \\| Peas",
        ),
        (
            (
                "<table><tr><td><img src='/a.jpg' alt='pear'></td><td>The pear.</td></tr>"
                "<tr><td><img src='/b.jpg' alt='plum'></td><td>The plum.</td></tr></table>"
            ),
            "\\[pear\\]\nThe pear.\n\\[plum\\]\nThe plum.",
        ),
        (
            "<table><tr><td><p>Peas</p><p>Beans</p></td><td>12</td></tr><tr><td>Carrots</td><td>3</td></tr></table>",
            "Peas Beans \\| 12\nCarrots \\| 3",
        ),
        (
            f"<table><tr><td><p>{'warm ' * 20}</p></td><td><p>{'cold ' * 20}</p></td></tr></table>",
            f"{('warm ' * 20).strip()}\n\n{('cold ' * 20).strip()}",
        ),
        (
            "<table><tr><th>Flag</th><th>Land</th></tr><tr><td><img src='/f.png' alt='red'></td><td>Oz</td></tr>",
            "**Flag** \\| **Land**\n\\[red\\] \\| Oz",
        ),
        (
            (
                "<table><tr><th></th><th>2019</th><th>2020</th></tr><tr><th>Peas</th><td>1</td><td>2</td></tr>"
                "<tr><td></td><td></td><td></td></tr><tr><td></td><td></td><td>3</td></tr></table>"
            ),
            "\\| **2019** \\| **2020**\n**Peas** \\| 1 \\| 2\n\\| \\| 3",
        ),
        (
            "<table><tr><td><img src='/a.png'></td><td>a</td><td>1</td></tr><tr><td></td><td>b</td><td>2</td></tr>",
            "a \\| 1\nb \\| 2",
        ),
    ],
)
def test_wild_23_layout_and_data(html: str, text: str) -> None:
    assert shown(html) == text


def test_wild_24_pictures_that_are_loaded_late() -> None:
    for html, right in pairs("24-lazy-pictures"):
        assert first_image(html, base_url=PAGE) in right


_ROSE = "http://garden.example/rose.jpg"


@pytest.mark.parametrize(
    "html",
    [
        "<img src='/grey.gif' data-src='/rose.jpg'>",
        "<img src='/img/lazyload.gif' data-original='/rose.jpg'>",
        "<img data-lazy-src='/rose.jpg'>",
        "<img src='data:image/svg+xml,x' data-srcset='/small.jpg 300w, /rose.jpg 1200w'>",
        "<img src='/real-looking.jpg' data-src='/rose.jpg'>",
        "<img srcset='/small.jpg 1x, /rose.jpg 2x'>",
        "<img srcset='/rose.jpg'>",
        "<img src='/placeholder.png' srcset='/small.jpg 300w, /rose.jpg 1200w'>",
        "<picture><source data-srcset='/rose.jpg 800w, /small.jpg 400w'><img src='data:image/gif;base64,R0'></picture>",
        "<picture><source srcset='/rose.jpg'><img></picture>",
        "<img src='/grey.gif'><noscript><img src='/rose.jpg'></noscript>",
        "<img class=lazy src='/assets/spinner.svg'> <noscript><p><img src='/rose.jpg'></p></noscript>",
        "<img src='/rose.jpg'>",
        "<img src='/rose.jpg' srcset='/small.jpg 300w'>",
        "<img src='/rose.jpg'><noscript><img src='/other.jpg'></noscript>",
        *(
            f"<img src='/grey.gif' {name}='/rose.jpg'>"
            for name in ("data-orig-src", "data-cfsrc", "data-full-src", "data-image", "data-pin-media", "data-src-2x")
        ),
        "<img src='/grey.gif?ver=2' srcset='/rose.jpg 100w'>",
        "<img src='#' srcset='/rose.jpg'>",
        "<img src='data:image/gif;base64,R0' srcset='data:image/gif;base64,R0,x 900w, /rose.jpg 300w'>",
        "<picture><source srcset='/grey.gif' data-srcset='/rose.jpg'><img src='/grey.gif'></picture>",
        "<noscript><img src='/rose.jpg'></noscript><img src='/grey.gif'>",
        "<div><img src='/grey.gif'></div><noscript><img src='/rose.jpg'></noscript>",
        "<img src='/grey.gif'><!-- lazy --><noscript><img srcset='/small.jpg 1x, /rose.jpg 2x'></noscript>",
        "<span class='lazy' data-src='/rose.jpg'></span><noscript><img src='/rose.jpg'></noscript>",
        *(
            f"<img src='/rose.jpg' data-lazy='{word}' data-src='{word}'>"
            for word in ("true", "12", "undefined", "{{a}}")
        ),
        "<img src='/rose.jpg' data-url='/share-this-page'>",
    ],
)
@pytest.mark.parametrize("alt", ["", " alt='A rose'"])
def test_wild_24_the_picture_that_a_browser_shows_in_the_end(html: str, alt: str) -> None:
    html = f"<p>a</p>{html}".replace("<img", f"<img{alt}")
    assert first_image(html, base_url=PAGE) == _ROSE
    # It is not described once more below itself.
    assert to_markdown(html, base_url=PAGE, limit=2000, shown_image=_ROSE) == "a"


def test_wild_24_each_noscript_stands_for_its_own_picture() -> None:
    html = (
        "<img src='data:x'><noscript><img src='/a.jpg'></noscript><img alt='b' src='/grey.gif'>"
        "<noscript><img src='/rose.jpg'></noscript><img alt='c' src='data:x'>"
    )
    assert to_markdown(html, base_url=PAGE, limit=2000, shown_image=_ROSE) == "\\[c\\]"


def test_wild_24_where_nothing_else_is_given_the_picture_is_the_picture() -> None:
    assert first_image("<img src='/grey.gif'>", base_url=PAGE) == "http://garden.example/grey.gif"
    assert first_image("<noscript><img src='http://x.example/count.gif'></noscript>", base_url=PAGE) is None


@pytest.mark.parametrize(
    "frame",
    [
        "<iframe data-src='https://video.example/embed/1'></iframe>",
        "<iframe src='about:blank' data-src='https://video.example/embed/1'></iframe>",
        "<iframe src='data:text/html,x' data-lazy-src='https://video.example/embed/1'></iframe>",
        "<video data-src='https://video.example/embed/1'></video>",
        "<iframe src='/blank.html' data-src='https://video.example/embed/1'></iframe>",
        "<iframe src='javascript:false' data-litespeed-src='https://video.example/embed/1'></iframe>",
    ],
)
def test_wild_24_frames_of_videos(frame: str) -> None:
    assert "https://video.example/embed/1" in shown(f"<p>See:</p>{frame}")


def test_wild_25_the_photo_of_a_post() -> None:
    for html, right in pairs("25-photo-class"):
        assert (first_image(html, base_url=PAGE) or "-") in right


@pytest.mark.parametrize(
    ("html", "picture"),
    [
        ("<img class='wide u-photo big' src='/rose.jpg'>", _ROSE),
        ("<a href='/rose'><img class='u-photo' src='/rose.jpg'></a>", _ROSE),
        ("<figure class='h-entry'><img class='u-photo' src='/rose.jpg'></figure>", _ROSE),
        ("<span class='vcard'><a><img class='photo' src='/face.jpg'></a></span>", None),
        (
            "<a class='u-author h-card'><img class='u-photo' src='/face.jpg'></a><img class='u-photo' src='/rose.jpg'>",
            _ROSE,
        ),
        ("<img class='u-author h-card' src='/face.jpg'>", None),
        ("<img class='u-photo vcard' src='/face.jpg'>", None),
        ("<div class='h-card'>Ann<div class='h-entry'><img class='u-photo' src='/rose.jpg'></div></div>", _ROSE),
    ],
)
def test_wild_25_photos_and_faces(html: str, picture: str | None) -> None:
    assert first_image(html, base_url=PAGE) == picture
