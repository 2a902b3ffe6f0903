"""Whom comments answer, in every way in which feeds tell it."""

from pathlib import Path

import pytest

from bot.adapters.feeds.items.in_reply_line import parse_in_reply_line
from bot.adapters.feeds.parsing.read_document import read_comments
from bot.model.address import entry_link
from bot.model.entry import ParsedComment

WILD = Path(__file__).parents[3] / "data/wild"
THR = "http://purl.org/syndication/thread/1.0"
POST = "tag:garden.example,2024:post-1"
PAGE = "http://garden.example/mulch"


def read(body: bytes | str, known: str = "") -> dict[str, ParsedComment]:
    body = body if isinstance(body, bytes) else body.encode()
    feed = read_comments(body, content_type="", url="http://garden.example/comments", known=known).feed
    return {comment.author: comment for comment in feed.comments}


def atom(*entries: str, prefix: str = "thr") -> str:
    return f"<feed xmlns='http://www.w3.org/2005/Atom' xmlns:{prefix}='{THR}'><title>t</title>{''.join(entries)}</feed>"


def comment(number: int, name: str, *inside: str) -> str:
    link = f"<link rel='alternate' href='{PAGE}#c{number}'/>"
    return (
        f"<entry><id>tag:c{number}</id><title>x</title><author><name>{name}</name></author>{link}"
        f"<content>Words of {name}</content>{''.join(inside)}</entry>"
    )


class TestBlogger:
    def test_wild_33_an_answer_names_the_comment_by_its_address(self) -> None:
        told = read((WILD / "33-blogger-answers/comments.xml").read_bytes())
        assert told["Nia"].parent_uid == told["Ravi"].uid == "tag:blog.example,1999:blog-5.post-301"
        assert told["Ravi"].parent_uid is None
        assert told["Nia"].entry == told["Ravi"].entry
        assert (told["Nia"].entry.uid, told["Nia"].entry.link) == (
            "tag:blog.example,1999:blog-5.post-50",
            "http://garden.example/2024/05/mulch.html",
        )

    def test_wild_33_the_answered_comment_need_not_stand_in_the_document(self) -> None:
        whole = (WILD / "33-blogger-answers/comments.xml").read_text()
        alone = whole.partition("<entry><id>tag:blog.example,1999:blog-5.post-301")[0] + "</feed>"
        assert read(alone)["Nia"].parent_uid == "tag:blog.example,1999:blog-5.post-301"

    @pytest.mark.parametrize(
        "related",
        [
            "http://www.blogger.com/feeds/5/50/comments/default/302",
            "http://www.blogger.com/feeds/5/51/comments/default/301",
            "http://www.blogger.com/feeds/6/50/comments/default/301",
            "http://elsewhere.example/feeds/5/50/comments/default/301",
            "http://www.blogger.com/feeds/5/posts/default/50",
            "http://garden.example/2023/04/straw.html",
            "",
        ],
    )
    def test_wild_33_other_related_links_answer_nothing(self, related: str) -> None:
        whole = (WILD / "33-blogger-answers/comments.xml").read_text()
        answer = "http://www.blogger.com/feeds/5/50/comments/default/301?v=2"
        assert read(whole.replace(answer, related))["Nia"].parent_uid is None

    def test_wild_33_over_https_and_with_other_projections(self) -> None:
        whole = (WILD / "33-blogger-answers/comments.xml").read_text()
        related = "https://www.blogger.com/feeds/5/50/comments/full/301"
        whole = whole.replace("http://www.blogger.com/feeds/5/50/comments/default/301?v=2", related)
        assert read(whole)["Nia"].parent_uid == "tag:blog.example,1999:blog-5.post-301"


class TestInReplyTo:
    @pytest.mark.parametrize("prefix", ["thr", "t", "threading", "in"])
    def test_any_prefix(self, prefix: str) -> None:
        told = read(
            atom(
                comment(2, "Nia", f"<{prefix}:in-reply-to ref='tag:c1'/>"),
                comment(1, "Ravi", f"<{prefix}:in-reply-to ref='{POST}'/>"),
                prefix=prefix,
            )
        )
        assert (told["Nia"].parent_uid, told["Ravi"].parent_uid) == ("tag:c1", None)
        assert told["Ravi"].entry.uid == POST

    @pytest.mark.parametrize("prefix", ["thr", "t"])
    def test_in_rss(self, prefix: str) -> None:
        item = "<item><guid isPermaLink='false'>{}</guid><author>{}</author><description>x</description>{}</item>"
        head = f"<rss version='2.0' xmlns:{prefix}='{THR}'><channel><title>t</title>"
        ravi = item.format("c1", "Ravi", f"<{prefix}:in-reply-to ref='{POST}' href='{PAGE}'/>")
        nia = item.format("c2", "Nia", f"<{prefix}:in-reply-to ref='c1'/>")
        told = read(f"{head}{nia}{ravi}</channel></rss>")
        assert (told["Nia"].parent_uid, told["Ravi"].entry.uid) == ("c1", POST)
        assert told["Ravi"].entry.link == PAGE

    @pytest.mark.parametrize("turned", [False, True])
    def test_several_are_the_entry_and_the_comment(self, turned: bool) -> None:
        both = [f"<thr:in-reply-to ref='{POST}' href='{PAGE}'/>", "<thr:in-reply-to ref='tag:c1'/>"]
        told = read(atom(comment(2, "Nia", *both[:: -1 if turned else 1]), comment(1, "Ravi")))
        assert (told["Nia"].parent_uid, told["Nia"].entry.uid) == ("tag:c1", POST)

    def test_by_its_page_alone(self) -> None:
        told = read(atom(comment(2, "Nia", f"<thr:in-reply-to href='{PAGE}#c1'/>"), comment(1, "Ravi")))
        assert (told["Nia"].parent_uid, told["Nia"].entry.link) == ("tag:c1", PAGE)

    def test_a_source_is_no_answer(self) -> None:
        told = read(
            atom(comment(2, "Nia", f"<thr:in-reply-to ref='{POST}' source='{PAGE}/feed'/>"), comment(1, "Ravi"))
        )
        assert (told["Nia"].parent_uid, told["Nia"].entry.uid) == (None, POST)

    def test_nothing_answers_itself(self) -> None:
        told = read(atom(comment(1, "Ravi", "<thr:in-reply-to ref='tag:c1'/>")))
        assert (told["Ravi"].parent_uid, told["Ravi"].entry.uid) == (None, None)

    def test_comments_without_guids_that_share_a_page_are_told_apart(self) -> None:
        item = f"<item><link>{PAGE}</link><author>{{0}}</author><description>Words of {{0}}</description></item>"
        told = read(
            f"<rss version='2.0'><channel><title>t</title>{item.format('Ravi')}{item.format('Nia')}</channel></rss>"
        )
        assert set(told) == {"Ravi", "Nia"}
        assert {each.entry.link for each in told.values()} == {PAGE}


OWN = "http://blog.test/2026/08/ink/#comment-9"
ON_PAGE = 'href="http://blog.test/2026/08/ink/#comment-5"'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("In reply to ", "."),
        ("Als Antwort auf ", "."),
        ("En réponse à ", "."),
        ("En respuesta a ", "."),
        ("In risposta a ", "."),
        ("В ответ на ", "."),
        ("", "への返信。"),
        ("回复给 ", "。"),
        ("", " 님에게 답글"),
        ("", " için yanıt olarak verilmiş bir cevap yorumudur."),
        ("بالرد على ", "."),
        ("Je odpovědí na komentář, který napsal nebo napsala čtenářka či čtenář jménem ", "."),
    ],
)
@pytest.mark.parametrize("form", ["{}\n\nYes.", "<p>{}</p>\n<p>Yes.</p>", "{}<br /><br />Yes."])
def test_wordpress_writes_the_line_in_any_language(before: str, after: str, form: str) -> None:
    line = parse_in_reply_line(form.format(f"{before}<a {ON_PAGE}>Ann</a>{after}"), link=OWN, number="9")
    assert line is not None
    assert (line.parent_number, line.parent_author) == ("5", "Ann")
    assert line.html.strip() in ("Yes.", "<p>Yes.</p>")


@pytest.mark.parametrize(
    "attributes",
    [
        f'{ON_PAGE} rel="nofollow ugc"',
        f'{ON_PAGE} rel="nofollow"',
        f'rel="ugc" {ON_PAGE}',
        'href="http://elsewhere.test/2026/08/ink/#comment-5"',
        'href="http://blog.test/2026/08/paper/#comment-5"',
        'href="http://blog.test/2026/08/ink/#comment-9"',
        'href="http://blog.test/2026/08/ink/#respond"',
        'href="http://blog.test/2026/08/ink/"',
        'href="http://[broken/#comment-5"',
    ],
)
def test_a_forged_line_is_text(attributes: str) -> None:
    assert parse_in_reply_line(f"In reply to <a {attributes}>Ann</a>.\n\nYes.", link=OWN, number="9") is None


@pytest.mark.parametrize(
    ("own", "target"),
    [
        ("http://blog.test/ink/comment-page-2/#comment-9", "http://blog.test/ink/comment-page-1/#comment-5"),
        ("http://blog.test/ink/#comment-9", "http://blog.test/ink/comment-page-12/#comment-5"),
        ("http://blog.test/?p=7&cpage=2#comment-9", "http://blog.test/?p=7&cpage=1#comment-5"),
        ("http://blog.test/?cpage=2&p=7#comment-9", "http://blog.test/?p=7#comment-5"),
        ("https://blog.test/ink/#comment-9", "http://blog.test/ink#comment-5"),
        ("http://blog.test/ink/#comment-9", "#comment-5"),
        ("http://blog.test/ink/#comment-9", "/ink/#comment-5"),
        ("http://blog.test/ink.html/comment-page-2#comment-9", "http://blog.test/ink.html#comment-5"),
    ],
)
def test_comments_on_several_pages_are_on_one_entry(own: str, target: str) -> None:
    line = parse_in_reply_line(f'In reply to <a href="{target}">Ann</a>.\n\nYes.', link=own, number="9")
    assert line is not None
    assert line.parent_number == "5"


@pytest.mark.parametrize(
    ("comment_link", "link"),
    [
        ("http://blog.test/?p=7&cpage=2#comment-9", "http://blog.test/?p=7"),
        ("http://blog.test/?cpage=2&p=7#comment-9", "http://blog.test/?p=7"),
        ("http://blog.test/?cpage=2#comment-9", "http://blog.test/"),
        ("http://blog.test/ink/comment-page-2/#comment-9", "http://blog.test/ink/"),
        ("http://blog.test/ink/comment-page-2#comment-9", "http://blog.test/ink/"),
        ("http://blog.test/comment-page-two/#comment-9", "http://blog.test/comment-page-two/"),
    ],
)
def test_the_entry_of_a_comment_on_a_further_page(comment_link: str, link: str) -> None:
    assert entry_link(comment_link) == link
