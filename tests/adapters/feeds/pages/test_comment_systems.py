"""Which comment systems a page gives away; the pages are no more than what gives them away."""

import pytest

from bot.adapters.feeds.pages.comment_systems import detect_systems, merge_systems, readers_system
from bot.adapters.feeds.pages.page import read_link_header, read_page
from bot.model.feed import CommentSystem, SeenSystem

URL = "https://blog.test/ink/"


def _seen(body: str, headers: dict[str, str] | None = None) -> tuple[SeenSystem, ...]:
    given = headers or {}
    links = read_link_header(given.get("Link", ""), url=URL) + read_page(body.encode(), url=URL).links
    return detect_systems(body.encode(), given, links, url=URL)


@pytest.mark.parametrize(
    ("body", "system", "evidence"),
    [
        (
            (
                '<script data-isso="//isso.test/" src="//isso.test/js/embed.min.js"></script>'
                '<section id="isso-thread" data-isso-id="/ink/"></section>'
            ),
            CommentSystem.ISSO,
            {"data-isso": "//isso.test/", "data-isso-id": "/ink/"},
        ),
        (
            '<script>var remark_config = {host: "https://r.test", site_id: `notes`}</script><div id="remark42"></div>',
            CommentSystem.REMARK42,
            {"host": "https://r.test", "site_id": "notes"},
        ),
        (
            (
                '<script src="https://giscus.app/client.js" data-repo="a/b" data-category-id="C" '
                'data-mapping="pathname" data-strict="1" data-term="x" async></script>'
            ),
            CommentSystem.GISCUS,
            {
                "data-repo": "a/b",
                "data-category-id": "C",
                "data-mapping": "pathname",
                "data-strict": "1",
                "data-term": "x",
            },
        ),
        (
            '<script src="https://utteranc.es/client.js" repo="a/b" issue-term="pathname"></script>',
            CommentSystem.UTTERANCES,
            {"repo": "a/b", "issue-term": "pathname"},
        ),
        (
            "<div id=disqus_thread></div><script>s.src = '//notes-blog.disqus.com/embed.js';</script>",
            CommentSystem.DISQUS,
            {"shortname": "notes-blog"},
        ),
        (
            "<script>DiscourseEmbed = { discourseUrl: 'https://talk.test/', topicId: 77 };</script>",
            CommentSystem.DISCOURSE,
            {"discourseUrl": "https://talk.test/", "topicId": "77"},
        ),
        (
            '<script defer src="https://c.test/js/commento.js"></script>',
            CommentSystem.COMMENTO,
            {"src": "https://c.test/js/commento.js"},
        ),
        (
            '<script>initComments({serverName: "cactus.chat", siteName: "notes", commentSectionId: "ink"})</script>',
            CommentSystem.CACTUS,
            {"serverName": "cactus.chat", "siteName": "notes", "commentSectionId": "ink"},
        ),
        (
            "<script>talkyardServerUrl='https://t.test';</script>",
            CommentSystem.TALKYARD,
            {"talkyardServerUrl": "https://t.test"},
        ),
        (
            "<script>Waline.init({ el: '#waline', serverURL: 'https://w.test' });</script>",
            CommentSystem.WALINE,
            {"serverURL": "https://w.test"},
        ),
        (
            "<script>twikoo.init({envId: 'https://tw.test'})</script>",
            CommentSystem.TWIKOO,
            {"envId": "https://tw.test"},
        ),
        (
            "<script>Artalk.init({server: 'https://ar.test', site: 'N'})</script>",
            CommentSystem.ARTALK,
            {"server": "https://ar.test", "site": "N"},
        ),
        (
            '<form method="post" action="https://s.test/v3/entry/github/a/b/main/comments"></form>',
            CommentSystem.STATICMAN,
            {"action": "https://s.test/v3/entry/github/a/b/main/comments"},
        ),
        (
            (
                '<meta name="generator" content="Ghost 6.65"><script src="/comments-ui.min.js" data-post-id="p1" '
                'data-comments-enabled="all" data-ghost-comments="https://blog.test/"></script>'
            ),
            CommentSystem.GHOST,
            {
                "data-ghost-comments": "https://blog.test/",
                "data-post-id": "p1",
                "data-comments-enabled": "all",
                "generator": "Ghost 6.65",
            },
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, CommentSystem) else "",
)
def test_what_is_built_into_a_page(body: str, system: CommentSystem, evidence: dict[str, str]) -> None:
    (seen,) = _seen(f"<html><head></head><body>{body}</body></html>")
    assert (seen.system, seen.embedded) == (system, True)
    assert dict(seen.evidence) == {**evidence, "seen": URL}


@pytest.mark.parametrize(
    ("body", "headers", "system", "evidence"),
    [
        (
            (
                '<link rel="https://api.w.org/" href="/wp-json/">'
                '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/4">'
                '<form action="/wp-comments-post.php" method="post"></form>'
            ),
            {},
            CommentSystem.WORDPRESS,
            {
                "api_root": "https://blog.test/wp-json/",
                "post_id": "4",
                "form": "https://blog.test/wp-comments-post.php",
            },
        ),
        (
            "",
            {"Link": '<https://public-api.wordpress.com/wp-json/?rest_route=/>; rel="https://api.w.org/"'},
            CommentSystem.WORDPRESS_COM,
            {"api_root": "https://public-api.wordpress.com/wp-json/?rest_route=/"},
        ),
        ('<meta name="generator" content="Ghost 6.65">', {}, CommentSystem.GHOST, {"generator": "Ghost 6.65"}),
        (
            '<meta content="blogger" name="generator"><link rel="service.post" href="https://b.test/feeds/1/posts/default">',
            {},
            CommentSystem.BLOGGER,
            {"generator": "blogger", "service": "https://b.test/feeds/1/posts/default"},
        ),
        ('<a rel="webmention" href="/wm">x</a>', {}, CommentSystem.WEBMENTION, {"endpoint": "https://blog.test/wm"}),
        ("", {"Link": "</wm>; rel=webmention"}, CommentSystem.WEBMENTION, {"endpoint": "https://blog.test/wm"}),
        ("", {"X-Pingback": "https://b.test/x"}, CommentSystem.PINGBACK, {"endpoint": "https://b.test/x"}),
        (
            '<link rel="alternate" type="application/activity+json" href="/?p=4">',
            {},
            CommentSystem.ACTIVITYPUB,
            {"object": "https://blog.test/?p=4"},
        ),
    ],
)
def test_what_a_blog_offers(
    body: str, headers: dict[str, str], system: CommentSystem, evidence: dict[str, str]
) -> None:
    (seen,) = _seen(f"<html><head>{body}</head></html>", headers)
    assert (seen.system, seen.embedded) == (system, False)
    assert dict(seen.evidence) == {**evidence, "seen": URL}


def test_what_readers_use_comes_before_what_is_offered() -> None:
    """On a WordPress with Disqus nobody would see what REST takes."""
    wordpress = _seen('<link rel="https://api.w.org/" href="/wp-json/">')
    both = _seen(
        '<link rel="https://api.w.org/" href="/wp-json/"><link rel=webmention href=/wm>'
        "<script src='//n.disqus.com/embed.js'></script>"
    )
    merged = merge_systems((*wordpress, *both))
    assert [each.system for each in merged] == [
        CommentSystem.DISQUS,
        CommentSystem.WORDPRESS,
        CommentSystem.WEBMENTION,
    ]


@pytest.mark.parametrize(
    ("body", "api_root", "system"),
    [
        ("<script src='//n.disqus.com/embed.js'></script>", "https://blog.test/wp-json/", CommentSystem.DISQUS),
        ('<iframe name="jetpack_remote_comment"></iframe>', "https://blog.test/wp-json/", CommentSystem.WORDPRESS),
        ('<iframe name="jetpack_remote_comment"></iframe>', None, CommentSystem.WORDPRESS_COM),
        ('<a rel="webmention" href="/wm"></a>', "https://blog.test/wp-json/", CommentSystem.WORDPRESS),
        ('<a rel="webmention" href="/wm"></a>', None, CommentSystem.WEBMENTION),
        ("", None, CommentSystem.UNKNOWN),
    ],
)
def test_what_readers_comment_with(body: str, api_root: str | None, system: CommentSystem) -> None:
    assert readers_system(_seen(f"<html><body>{body}</body></html>"), api_root=api_root) is system


def test_an_article_about_a_system_does_not_use_it() -> None:
    assert _seen("<p>Put <code>&lt;script&gt;var remark_config = {}</code> and Waline.init( there</p>") == ()


@pytest.mark.parametrize(
    "body", ["", "<script>remark_config", "<script>" + "host: " * 50_000 + "remark_config</script>"]
)
def test_any_page_can_be_looked_at(body: str) -> None:
    _seen(body)
