"""A link made of a title says where it leads."""

import pytest

from bot.rules.links import linked_name, linked_title, masked

OWN = "https://blog.example/one/"


@pytest.mark.parametrize("words", ["One", "blog.example", "Notes of blog.example", OWN, "https://blog.example/on…"])
def test_words_mask_the_address_that_they_do_not_deny(words: str) -> None:
    assert masked(words, OWN).endswith(f"](<{OWN}>)")
    assert "(blog.example)" not in linked_title(words, OWN, limit=256)


@pytest.mark.parametrize(
    "words",
    ["discord.com", "discord․com/login", "discord。com", "https://discord.com/", "dіscord.com", "//evil.example"],
)
def test_words_that_look_like_another_address_mask_nothing(words: str) -> None:
    assert masked(words, OWN).endswith(f" (<{OWN}>)")
    assert "](" not in masked(words, OWN)
    assert linked_title(words, OWN, limit=256).endswith(" (blog.example)")
    assert linked_name(words, OWN, limit=256).endswith(" (blog.example)")
    assert len(linked_title(words + " x" * 200, OWN, limit=256)) <= 256


def test_an_address_that_begins_with_another_host_is_another() -> None:
    assert "](" not in masked("https://discord.com", "https://discord.com@evil.example/")
    assert "](" not in masked("https://discord.com", "https://discord.com.evil.example/")


def test_no_link_without_an_address_that_can_be_shown_whole() -> None:
    assert masked("here", "https://a.example/") == "[here](<https://a.example/>)"
    assert masked("here", None) == masked("here", "https://a.example/" + "x" * 400) == "here"
    assert masked("", OWN) == ""
    assert linked_title("discord.com", None, limit=256) == "discord.com"


def test_nothing_in_words_or_address_ends_the_link() -> None:
    shown = masked("a](https://evil.example) [b", "https://blog.example/a>)(b")
    assert shown.count("](") == 0
    assert "<https://blog.example/a%3E%29%28b>" in shown


def test_no_secret_of_an_address_is_shown() -> None:
    assert "hush" not in masked("One", "https://ann:hush@blog.example/one?token=hush")
