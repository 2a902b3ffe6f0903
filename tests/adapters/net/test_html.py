import pytest

from bot.adapters.net.html import MOST_KEPT, shorten_page


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b'<a href="/x" title="a > b">x</a>', b'<a href="/x" title="a > b">x</a>'),
        (b"<b>bold</b> <P CLASS=x>text</P> <li>", b"bold text "),
        (b"<style>a{}</STYLE ><link>", b"<link>"),
        (b"<style><link>", b""),
        (b"<title><style></title><link>", b"<title><style></title><link>"),
        (b"<!-- <link> --><link>", b"<link>"),
        (b"<!--><link><!--- --><link>", b"<link><link>"),
        (b"<!-- <link>", b""),
        (b"<script>'<link>'</script>", b"<script>'<link>'</script>"),
        (b"<script>" + b"x" * 30_000 + b"</script><link>", b"<script></script><link>"),
        (b'<meta a="<!--"><link><!-- -->', b'<meta a="<!--"><link>'),
        (b"<div data-x='" + b"x" * 9_000 + b"'><link></div>", b"<div><link></div>"),
        (b'<svg><path d="M0"/><title>x</title></svg><link>', b"<link>"),
        (b"<body class=x><link>", b"<body><link>"),
        (b"a < b && c > d <link>", b"a < b && c > d <link>"),
        (b"", b""),
    ],
)
def test_what_is_kept(body: bytes, kept: bytes) -> None:
    assert shorten_page(body).replace(b"  ", b" ") == kept


def test_bounds() -> None:
    assert len(shorten_page(b"<hr>" * 1_000_000)) <= MOST_KEPT
    assert shorten_page(b"<div>" * 1_000_000).count(b"<div>") < 520
    assert shorten_page(b"<div></div>" * 1000) == b"<div></div>" * 1000
    assert shorten_page(b"</div>" * 1000 + b"<div>" * 1000).count(b"<div>") < 520
    assert b"<link>" in shorten_page(b"<script>abcdefghij</script>" * 100_000 + b"<link>")


def test_what_is_asked_for_is_kept_and_bounded_too() -> None:
    keep = frozenset({b"li"})
    assert shorten_page(b"<ul><li id=a>x<p>y</li></ul>", keep=keep) == b"<ul><li id=a>xy</li></ul>"
    assert shorten_page(b"<li><dd>" * 100_000, keep=keep).count(b"<li>") < 520
