"""Which picture an item itself names for its card."""

import json

import pytest

from tests.adapters.feeds.wild import HOME, read, rss

_BIG = f"<media:content url='{HOME}big.jpg' medium='image'/>"


@pytest.mark.parametrize(
    "named",
    [
        "<media:content url='https://0.gravatar.com/avatar/a1?s=96' medium='image'></media:content>",
        "<media:thumbnail url='https://secure.gravatar.com/avatar/a1'/>",
        "<media:thumbnail url='https://resources.blogblog.com/img/blank.gif'/>",
        "<media:thumbnail url='http://garden.example/s72-c/p.jpg' width='72' height='72'/>",
        "<media:content url='http://garden.example/small.jpg' medium='image' width='100'/>",
        "<media:thumbnail url='http://garden.example/p.svg'/>",
        "<media:thumbnail url='http://garden.example/p.gif' width='1' height='1'/>",
        "<media:thumbnail url='data:image/png;base64,AA'/>",
    ],
)
def test_wild_24_faces_placeholders_and_what_chat_cannot_show_are_passed_over(named: str) -> None:
    (entry,) = read(rss(f"<title>1</title>{named}{_BIG}"))
    assert entry.image_url == f"{HOME}big.jpg"


@pytest.mark.parametrize(
    ("named", "picture"),
    [
        ("<media:content url='/p.jpg'/>", "p.jpg"),
        ("<media:content url='/p.JPG?w=600'/>", "p.JPG?w=600"),
        ("<enclosure url='/p.png'/>", "p.png"),
        ("<media:content url='/p'/>", None),
        ("<media:content url='/film.mp4'/>", None),
        ("<media:content url='/p.jpg' medium='document'/>", None),
        ("<media:thumbnail url='/small.jpg' width='72'/>", "small.jpg"),
        ("<media:thumbnail url='https://secure.gravatar.com/avatar/a1'/>", None),
    ],
)
def test_wild_24_what_an_item_names(named: str, picture: str | None) -> None:
    (entry,) = read(rss(f"<title>1</title>{named}"))
    assert entry.image_url == (picture and f"{HOME}{picture}")


def test_wild_24_a_drawing_of_json_feed_gives_way_to_the_banner() -> None:
    item = {"id": "1", "title": "1", "image": "/p.svg", "banner_image": "/big.jpg"}
    (entry,) = read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}))
    assert entry.image_url == f"{HOME}big.jpg"
