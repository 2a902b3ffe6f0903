"""Pages and feeds of a small blog, to serve to discovery."""

from tests.webserver import WebServer

HTML = {"Content-Type": "text/html"}
POSTS = (
    "<rss version='2.0'><channel><title>Notes</title>{link}"
    "<item><title>One</title><guid>g1</guid></item></channel></rss>"
)
COMMENTS = (
    "<rss version='2.0'><channel><title>Comments for Notes</title>{link}"
    "<item><guid>http://b.test/?p=1#comment-5</guid></item></channel></rss>"
)


def posts_feed(server: WebServer) -> str:
    return POSTS.format(link=f"<link>{server.url}</link>")


def page(*links: str, title: str = "Notes") -> str:
    return f"<!doctype html><html><head><title>{title}</title>{''.join(links)}</head></html>"


def feed_link(href: str, title: str = "") -> str:
    return f'<link rel="alternate" type="application/rss+xml" title="{title}" href="{href}">'
