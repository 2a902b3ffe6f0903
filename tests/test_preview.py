"""``python -m bot preview`` on paper: everything that discovery saw."""

import json

from bot.bridge.views import Look
from bot.model.feed import CommentSystem, Discovery, FeedKind, FoundFeed, Push, SeenSystem
from bot.preview import as_json_text, as_text

WHOLE = FoundFeed(url="https://blog.test/feed/", kind=FeedKind.ENTRIES, title="Notes")
PART = FoundFeed(url="https://blog.test/ink/feed/", kind=FeedKind.ENTRIES, title="Notes on ink")
LOOK = Look(
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
    text = as_text(LOOK)
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
    look = json.loads(as_json_text(LOOK))
    assert [each["title"] for each in look["candidates"]] == ["Notes", "Notes on ink"]
    assert [(each["system"], each["embedded"]) for each in look["systems"]] == [("disqus", True), ("wordpress", False)]
    assert look["push"]["hub_url"] == "https://hub.test/"
