"""Lines, control sequences and signs of replies, in the preview and on the blog. Numbers as in ``docs/feeds.md``."""

import pytest

from bot.rules.discord_to_html.wpautop import wpautop
from bot.rules.html_to_discord.convert import to_markdown
from tests.rules.discord_to_html.test_wild_replies import published
from tests.rules.wild import pairs


def previewed(text: str) -> str:
    """What the writer sees before Publish."""
    return to_markdown(wpautop(published(text)), base_url="http://garden.example/", limit=2000)


def test_wild_42_the_preview_keeps_lines() -> None:
    for given, right in pairs("42-preview-lines"):
        assert previewed(given) in right


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one\n\ntwo\nthree", ["one", "", "two", "three"]),
        ("- a\n  - b\n- c", ["- a", "- b", "- c"]),
        ("> a\n> b\nc", ["> a", "> b", "c"]),
        ("```\nif x:\n    y\n\nz\n```", ["if x:", "    y", "", "z"]),
        ("a\n\n\n\nb", ["a", "", "b"]),
    ],
)
def test_wild_42_whatever_a_message_has_lines_for(text: str, lines: list[str]) -> None:
    shown = [line.replace("\u00a0", " ").replace("•", "-") for line in previewed(text).split("\n")]
    kept = [line if line.startswith("    ") else line.strip() for line in shown if not line.startswith("```")]
    assert [line for line in kept if line] == [line for line in lines if line]


@pytest.mark.parametrize(
    "address",
    [
        "https://there.example/a*b",
        "https://there.example/a`",
        "https://there.example/%2A",
        "https://there.example/a?",
        "https://there.example/a#",
    ],
)
def test_wild_42_an_address_stands_once(address: str) -> None:
    assert previewed(f"see {address} now").count("there.example") == 1


def test_wild_42_a_word_alone_in_a_block_of_code_is_kept() -> None:
    assert published("```words\n```") == "<code>words</code>"
    # Blank lines at its end are seen neither in chat nor in the preview.
    assert published("```\nwords\n \n```") == "<code>words</code>"


@pytest.mark.parametrize(
    "sequence", ["\x1b[0m", "\x1b[1;31m", "\x1b[38;5;196m", "\x1b[4m", "\x1b[2K", "\x1b[?25l", "\x1b[m", "\x1b[10;20H"]
)
def test_wild_40_every_control_sequence_goes_as_a_whole(sequence: str) -> None:
    assert published(f"```ansi\n{sequence}ripe{sequence}\nor {sequence}not\n```") == "<code>ripe\nor not</code>"


@pytest.mark.parametrize(
    "sequence",
    [
        *("\x9b31m", "\x1b[1", "\x1b[38:2:1:2:3m", "\x1b[;m", "\x1b[ q", "\x1b(B"),
        *("\x1b]0;title\x07", "\x1b]8;;http://there.example\x1b\\", "\x1b]8;;\x1b\\"),
    ],
)
def test_wild_40_rare_sequences_go_as_a_whole(sequence: str) -> None:
    assert published(f"```ansi\n{sequence}\nripe{sequence}\nor not\n```") == "<code>ripe\nor not</code>"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("+ a\n+ b", "+ a\n+ b"),
        ("> + a\n> + b", "<blockquote>+ a\n+ b</blockquote>"),
        ("- a\n+ b", "• a\n+ b"),
        ("1 + 1", "1 + 1"),
    ],
)
def test_wild_41_a_plus_is_a_plus(text: str, html: str) -> None:
    assert published(text) == html
