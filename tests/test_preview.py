"""``python -m bot preview`` on paper: everything that discovery saw."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.bridge.admin.views import BlogPreview, BlogPreviewer
from bot.model.errors import NotPublic, Refused
from bot.model.feed import CommentSystem, Discovery, FeedKind, FoundFeed, Push, SeenSystem
from bot.model.message import ChatPost
from bot.preview import as_json_text, as_text, preview_blog
from bot.rules.messages.terminal import PlainItem
from tests.fakes.blog import FakeBlog
from tests.fakes.time import RealClock

WHOLE = FoundFeed(url="https://blog.test/feed/", kind=FeedKind.ENTRIES, title="Notes")
PART = FoundFeed(url="https://blog.test/ink/feed/", kind=FeedKind.ENTRIES, title="Notes on ink")
LOOK = BlogPreview(
    found=Discovery(
        title="Notes",
        home_url="https://blog.test/",
        entries=WHOLE,
        comments=None,
        system=CommentSystem.DISQUS,
        api_root="https://blog.test/wp-json/",
    ),
    entries=(),
    comments=(),
    comments_error=None,
    candidates=(WHOLE, PART),
    systems=(
        SeenSystem(
            system=CommentSystem.DISQUS,
            evidence=(("shortname", "notes"), ("seen", "https://blog.test/one")),
            embedded=True,
        ),
        SeenSystem(system=CommentSystem.WORDPRESS, evidence=(("seen", "https://blog.test/"),), embedded=False),
    ),
    push=Push(hub_url="https://hub.test/", topic_url="https://blog.test/feed/"),
)


def test_a_person_reads_systems_feeds_and_push() -> None:
    text = as_text(LOOK, typed="blog.test")
    for line in (
        "comment system: Disqus",
        "Disqus, built into blog.test/one (site notes)",
        "WordPress, offered by blog.test",
        "WordPress REST API: https://blog.test/wp-json/",
        "push: offered by https://hub.test/",
        "https://blog.test/ink/feed/ (Notes on ink)",
    ):
        assert line in text
    assert text.count(WHOLE.url) == 1


def test_a_machine_reads_the_same() -> None:
    look = json.loads(as_json_text(LOOK, typed="blog.test"))
    assert [each["title"] for each in look["candidates"]] == ["Notes", "Notes on ink"]
    assert [(each["system"], each["embedded"]) for each in look["systems"]] == [("disqus", True), ("wordpress", False)]
    assert look["push"]["hub_url"] == "https://hub.test/"


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("10.1.2.3", "OUTBOUND_ALLOW=10.1.2.3/32."),
        ("fd00::1", "OUTBOUND_ALLOW=fd00::1/128."),
        ("localhost", "OUTBOUND_ALLOW=127.0.0.0/8,::1/128."),
        ("nas.lan", "with the network that nas.lan is in"),
    ],
)
async def test_a_private_address_names_the_setting_that_allows_it(host: str, shown: str) -> None:
    blog = FakeBlog(trouble=NotPublic(f"{host} is not on the public internet.", host=host))
    with pytest.raises(Refused, match="OUTBOUND_ALLOW") as raised:
        await preview_blog(f"http://{host}/", BlogPreviewer(blog, blog, RealClock()))
    assert shown in raised.value.text


SECRET = "https://ann:hush@blog.test/feed/0123456789abcdef0/?cat=1&token=hush"


@pytest.mark.parametrize("write", [as_text, as_json_text])
def test_no_secret_of_an_address_is_printed_but_of_the_one_that_was_typed(write: Callable[..., str]) -> None:
    private = replace(WHOLE, url=SECRET)
    post = ChatPost(title="One", url="https://blog.test/one?id=1&access_token=hush", body=f"Said at <{SECRET}>.")
    look = replace(
        LOOK,
        found=replace(LOOK.found, entries=private, comments=replace(private, kind=FeedKind.COMMENTS)),
        entries=(post,),
        plain_entries=(PlainItem(title="One", author="", url=post.url, body=post.body, published_at=None),),
        comments_error=f"{SECRET} does not answer.",
        candidates=(private,),
        push=Push(hub_url="https://hub.test/?token=hush", topic_url=SECRET),
    )
    text = write(look, typed="https://blog.test/")
    assert "hush" not in text
    assert "0123456789abcdef0" not in text
    assert "https://blog.test/feed/.../?cat=1" in text
    assert "https://blog.test/one?id=1" in text
    assert SECRET in write(look, typed=SECRET)
    assert "access_token" not in write(look, typed=SECRET)
