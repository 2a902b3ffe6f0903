"""Comment systems in words."""

import pytest

from bot.model.feed import Blog, CommentSystem, SeenSystem
from bot.model.ids import BlogId
from bot.rules.comment_systems import describe_evidence, system_name, why_not_writable


def test_every_system_has_a_name() -> None:
    assert len({system_name(each) for each in CommentSystem}) == len(CommentSystem)


def test_evidence_says_where_and_how() -> None:
    seen = SeenSystem(
        system=CommentSystem.GHOST,
        evidence=(("data-key", "0123"), ("generator", "Ghost 6\n.65"), ("seen", "https://blog.test/one")),
        embedded=True,
    )
    assert describe_evidence(seen) == "built into blog.test/one (software Ghost 6 .65)"


def test_evidence_names_the_api_that_a_blog_offers() -> None:
    root = ("api_root", "https://blog.test/wp-json/")
    seen = SeenSystem(system=CommentSystem.WORDPRESS, evidence=(root,), embedded=False)
    assert describe_evidence(seen) == "offered by its pages (REST API blog.test/wp-json)"


def test_evidence_that_tells_nothing_leaves_nothing_open() -> None:
    seen = SeenSystem(system=CommentSystem.WEBMENTION, evidence=(), embedded=False)
    assert describe_evidence(seen) == "offered by its pages"


@pytest.mark.parametrize(
    ("system", "api_root", "words"),
    [
        (CommentSystem.DISQUS, "https://blog.test/wp-json/", "none of them would see"),
        (CommentSystem.DISQUS, None, "taken by Disqus"),
        (CommentSystem.WORDPRESS, None, "does not answer"),
        (CommentSystem.UNKNOWN, None, "no comment system"),
    ],
)
def test_why_no_reply_can_go_there(system: CommentSystem, api_root: str | None, words: str) -> None:
    blog = Blog(id=BlogId(1), title="*Ann*", home_url="https://blog.test/", system=system, api_root=api_root)
    assert words in why_not_writable(blog)
    assert r"\*Ann\*" in why_not_writable(blog)
