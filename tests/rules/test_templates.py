"""What a template says above an entry's card."""

import pytest

from bot.model.ids import RoleId
from bot.rules.html_to_discord.text import units
from bot.rules.messages.cards import present_announcement
from bot.rules.templates import LONGEST_TEMPLATE, PLACEHOLDERS, refuse_template, render_template
from tests.rules.examples import NOW, blog, entry, subscription

LIMIT = 2000


def filled(template: str, *, blog_title: str = "Ann's blog", limit: int = LIMIT, **changes: object) -> str:
    assert refuse_template(template) is None
    return render_template(template, entry(**changes), blog_title=blog_title, limit=limit)


def test_every_placeholder_has_its_value() -> None:
    said = filled("{title} / {link} / {author} / {summary} / {categories} / {date} / {blog}", categories=("a", "b"))
    date = f"<t:{int(NOW.timestamp())}:D>"
    assert said == f"Hello / <https://blog.example/hello/> / Ada / First words. / a, b / {date} / Ann's blog"


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_a_value_that_is_not_there_falls_back(name: str) -> None:
    nothing = {"title": "", "link": None, "author": " ", "html": "<p></p>", "categories": (), "published_at": None}
    assert filled(f"<{{{name}|no *{name}*}}>", blog_title="", **nothing) == f"<no *{name}*>"
    assert filled(f"<{{{name}}}>", blog_title="", **nothing) == "<>"


def test_the_admins_own_words_stay_as_they_are() -> None:
    assert filled("# **New** by { Author | ? }\n> @here {…", author="Ann").startswith("# **New** by Ann\n> @here {…")


def test_what_an_entry_says_pings_nobody_and_formats_nothing() -> None:
    hostile = "@everyone <@&123456789012345678> **x** [y](https://evil.example) `z` https://evil.example/a"
    said = filled("{title} {author} {summary} {categories}", title=hostile, author=hostile, html=hostile)
    for ping in ("@everyone", "<@&", "**x", "[y](", "https://evil"):
        assert ping not in said, ping


def test_a_link_unfolds_into_no_second_card_and_stays_one() -> None:
    assert filled("[{title}]({link})", title="a]b") == "[a\\]b](<https://blog.example/hello/>)"
    assert filled("<{link}>") == "<https://blog.example/hello/>"
    link = "https://blog.example/a b>) @everyone"
    assert filled("{link}", link=link) == "<https://blog.example/a%20b%3E)%20%40everyone>"
    assert filled("{link|none}", link="javascript:alert(1)") == "none"
    assert filled("{link|none}", link=f"https://blog.example/{'x' * 600}") == "none"


def test_a_long_entry_is_shortened_until_it_fits() -> None:
    long = {"title": "Title " * 90, "html": f"<p>{'word ' * 500}</p>", "author": "Ada " * 90}
    once = filled("{title}: {summary}", **long)
    assert units(once) <= 610
    assert once.endswith("…")
    often = filled("{title} {summary} {author}\n" * 8, **long)
    assert 500 < units(often) <= LIMIT
    assert filled("{summary|-}" * 90, **long) == "-" * 90
    assert units(filled("{date}" * 160)) <= LIMIT


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{titel}", "{titel}"),
        ("{}", "{}"),
        ("Hi {title} {comments|none}", "{comments}"),
    ],
)
def test_an_unknown_placeholder_is_refused_with_those_that_are_known(template: str, told: str) -> None:
    refusal = refuse_template(template) or ""
    assert told in refusal.replace("\\", "")
    assert all(f"`{{{name}}}`" in refusal for name in PLACEHOLDERS)


def test_a_template_has_bounds() -> None:
    assert refuse_template("x" * LONGEST_TEMPLATE) is None
    assert "1000 characters; this one has 1001" in (refuse_template("x" * (LONGEST_TEMPLATE + 1)) or "")


def test_an_announcement_has_card_template_and_the_roles_that_are_still_there() -> None:
    there, gone = RoleId(10**19), RoleId(7)
    tailored = subscription(template="By {author}", mentioned_roles=(there, gone))
    post = present_announcement(entry(), tailored, blog(), roles={there})
    assert (post.title, post.text, post.roles) == ("Hello", "By Ada", (there,))
    plain = present_announcement(entry(), subscription(), blog(), roles={there})
    assert (plain.text, plain.roles) == ("", ())


def test_mentions_and_template_fit_into_one_message() -> None:
    roles = tuple(RoleId(10**19 + number) for number in range(10))
    tailored = subscription(template="{summary}{title}" * 62, mentioned_roles=roles)
    long = entry(title="Title " * 90, html=f"<p>{'*' * 900}</p>")
    post = present_announcement(long, tailored, blog(), roles=roles)
    assert units(post.text) + sum(len(f"<@&{role}> ") for role in post.roles) <= 2000
