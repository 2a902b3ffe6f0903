"""What a member is shown before Publish: line for line what the blog shows of the comment."""

from pathlib import Path

import pytest

from bot.rules.discord_to_html.convert import Names, to_comment_html
from bot.rules.discord_to_html.wpautop import wpautop
from bot.rules.html_to_discord.convert import to_markdown
from sandbox.blog.text import comment_text
from tests.rules.markup import MARKUP, NAMES
from tests.rules.shown_lines import chat_lines, html_lines

GOLDEN = sorted((Path(__file__).parents[2] / "data" / "markup" / "discord_to_html").glob("*.md"))


def preview(content: str, names: Names = NAMES) -> str:
    return to_markdown(wpautop(to_comment_html(content, names)), base_url="https://blog.example/", limit=4000)


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("First the soil.\n\nThen water.\nThen wait.", "First the soil.\n\nThen water.\nThen wait."),
        ("- rake\n- hoe", "• rake\n• hoe"),
        ("- tools\n  - rake\n    - teeth\n- seeds", "• tools\n\xa0\xa0• rake\n\xa0\xa0\xa0\xa0• teeth\n• seeds"),
        ("> one\n> two\n\nthree", "> one\n> two\n\nthree"),
        (">>> one\n\ntwo\nthree", "> one\n> \n> two\n> three"),
        ("Look:\n```py\ndef f():\n    x\n\n    y\n```\nEnd", "Look:\n```\ndef f():\n    x\n \n    y\n```\nEnd"),
        ("```\n  in\nout\n```", "```\n  in\nout\n```"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("**a\nb**", "**a**\n**b**"),
        ("# Title\ntext\n-# small", "**Title**\ntext\nsmall"),
        ("1. one\n2. two", "1\\. one\n2\\. two"),
    ],
)
def test_the_preview_keeps_lines(content: str, shown: str) -> None:
    assert preview(content) == shown


@pytest.mark.parametrize("content", MARKUP)
def test_every_markup_shows_the_lines_that_the_blog_shows(content: str) -> None:
    on_blog = html_lines(comment_text(to_comment_html(content, NAMES)))
    assert on_blog
    assert chat_lines(preview(content)) == on_blog


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_the_preview_shows_the_lines_that_a_real_wordpress_showed(path: Path) -> None:
    assert chat_lines(preview(path.read_text())) == html_lines(path.with_suffix(".wordpress.html").read_text())


@pytest.mark.parametrize("content", MARKUP)
def test_what_the_blog_shows_is_read_back_as_the_same_lines(content: str) -> None:
    """A copy in another channel says what the preview said, whether it is made at once or read from the blog later."""
    read = to_markdown(comment_text(to_comment_html(content, NAMES)), base_url="https://blog.example/", limit=4000)
    assert chat_lines(read) == chat_lines(preview(content))
