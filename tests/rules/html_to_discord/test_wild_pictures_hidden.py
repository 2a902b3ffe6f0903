"""Pictures that no reader of the page sees as such, and those that chat cannot show."""

import pytest

from bot.rules.html_to_discord.images.kinds import first_image

PAGE = "http://garden.example/1"


@pytest.mark.parametrize(
    "before",
    [
        '<img src="http://counter.example/p" style="display: none">',
        '<img src="http://counter.example/p" hidden>',
        '<div style="display:none"><img src="http://counter.example/p"></div>',
        '<span class="sr-only"><img src="http://counter.example/p"></span>',
        '<img src="http://counter.example/content/1/count.gif">',
        '<img src="https://static.xx.fbcdn.net/images/emoji.php/v9/t4c/1/16/1f600.png" alt="😀">',
        '<img src="https://abs.twimg.com/emoji/v2/72x72/1f600.png" alt="😀">',
        '<img src="data:image/gif;base64,R0" data-src="https://s.w.org/images/core/emoji/72x72/1f600.png" alt="😀">',
        '<img class="author-avatar" src="/face.jpg">',
        '<img class="avatar_small" src="/face.jpg">',
        '<img src="/logo.svg">',
        '<img src="/blank.gif" data-src="/logo.svg?v=2">',
    ],
)
def test_wild_24_the_next_picture_is_shown(before: str) -> None:
    assert first_image(f'{before}<img src="/a.jpg">', base_url=PAGE) == "http://garden.example/a.jpg"


@pytest.mark.parametrize(
    ("html", "picture"),
    [
        # Where nothing else is given, the picture of src is the picture.
        ('<img src="/logo.svg">', "logo.svg"),
        ('<picture><source srcset="/a.svg"><img src="/placeholder.png"></picture>', "a.svg"),
        ('<picture><source srcset="/a.svg"><img src="/a.png"></picture>', "a.png"),
        ('<img src="/blog/stats.png">', "blog/stats.png"),
        ('<img src="/tracker.png">', "tracker.png"),
        ('<img class="avataria" src="/a.jpg">', "a.jpg"),
        ('<img class="lazy" style="display:none" data-src="/a.jpg">', "a.jpg"),
        # Hidden until the script comes, and shown without one
        (
            '<img class="lazy" style="display:none" data-src="/a.jpg"><noscript><img src="/a.jpg"></noscript>',
            "a.jpg",
        ),
    ],
)
def test_wild_24_what_is_shown_all_the_same(html: str, picture: str) -> None:
    assert first_image(html, base_url=PAGE) == f"http://garden.example/{picture}"
