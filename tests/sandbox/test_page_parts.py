"""The parts of the sandbox's page by themselves: views, templates, Discord's Markdown, the bot's words, the counts."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.blog.blog import SandboxBlog
from sandbox.discord import SandboxDiscord
from sandbox.discord.errors import Json
from sandbox.discord.posting import Draft, create_message
from sandbox.discord.reactions import add_reaction
from sandbox.page.discord_text import DiscordText
from sandbox.page.markup import Markup, ago, cleaned, html
from sandbox.page.stage import Stage
from sandbox.page.tally import count
from sandbox.page.trouble import Trouble
from sandbox.page.view import View
from sandbox.page.words import BAD, GOOD, translate
from sandbox.process import BotProcess


@pytest.fixture
async def stage(tmp_path: Path) -> Stage:
    """A stage that listens nowhere."""
    discord, blog = SandboxDiscord(), SandboxBlog()
    blog.state.home = "http://127.0.0.1:1"
    guild = discord.add_guild("Stargazers")
    return Stage(
        discord=discord,
        blog=blog,
        bot=BotProcess(discord, tmp_path),
        guild=guild,
        channel=guild.add_channel("blog"),
        olga=discord.add_person("Olga", guild, admin=True),
        ada=discord.add_person("Ada", guild),
        mia=discord.add_person("Mia", guild),
    )


def test_a_view_is_its_query() -> None:
    view = View.read({"me": "Ada", "post": "3", "desk": "nobody", "tab": "nowhere", "unknown": "x"})
    assert view == View(me="Ada", post="3")
    assert view.url(dialog="command blog add") == "/?me=Ada&post=3&dialog=command+blog+add"
    assert View().url() == "/"


def test_only_the_blogs_own_pictures_are_drawn() -> None:
    own, other = '<img src="http://127.0.0.1:1/a.png" alt="a">', '<img src="http://127.0.0.1:2/a.png" alt="b">'
    shown = cleaned(f"<p>{own}{other}<img src=x onerror=alert(1)></p>", pictures_of="http://127.0.0.1:1/")
    assert shown == f"<p>{own}</p>"
    assert cleaned(f"<p>{own}</p>") == "<p></p>"


def test_templates_escape_what_is_not_html() -> None:
    assert html("<b>{x}</b>", x="<i>") == "<b>&lt;i&gt;</b>"
    assert html("{x}", x=[Markup("<i>"), "<i>", None, 3]) == "<i>&lt;i&gt;3"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (5, "just now"),
        (150, "2 min ago"),
        (7300, "2 h ago"),
        (90000, "yesterday"),
        (3e5, "3 days ago"),
        (-1, "in 1 s"),
        (-119, "in 2 min"),
        (-7000, "in 2 h"),
        (-3e5, "in 3 days"),
    ],
)
def test_relative_times(seconds: float, said: str) -> None:
    now = datetime.now(UTC)
    assert f">{said}<" in ago(now - timedelta(seconds=seconds), now)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**a** *b* __c__ ~~d~~", "<p><strong>a</strong> <em>b</em> <u>c</u> <s>d</s></p>"),
        ("`<b>` \\*x\\*", "<p><code>&lt;b&gt;</code> *x*</p>"),
        ("> quoted\nnot", "<blockquote><p>quoted</p></blockquote><p>not</p>"),
        ("-# small\n# Loud\n- one", '<p class="small">small</p><p class="loud">Loud</p><p class="bullet">one</p>'),
        ("```py\na < b\n```", "<pre><code>a &lt; b</code></pre>"),
        ("snake_case_word", "<p>snake_case_word</p>"),
    ],
)
def test_markdown_as_discord_shows_it(stage: Stage, text: str, shown: str) -> None:
    found = str(DiscordText(stage.discord.world, lambda _: "").block(text)).replace("<p></p>", "")
    assert found == shown


def test_a_line_shows_no_marks(stage: Stage) -> None:
    text = DiscordText(stage.discord.world, lambda _: "")
    assert text.plain("> **Bold** & <b>\n[a link](https://example.org) `x < y`") == "Bold & <b> a link x < y"


def test_addresses_of_both_sides_stay_on_the_page(stage: Stage) -> None:
    view = View(me="Mia")
    assert stage.inside("https://discord.com/channels/1/22/333", view) == "/?me=Mia&at=22#m-333"
    assert stage.inside("https://example.org/", view) == ""
    assert stage.inside("http://127.0.0.1:1.evil.example/", view) == ""


def test_the_log_in_plain_english() -> None:
    def said(message: str, level: str = "info", **fields: object) -> object:
        found = translate(json.dumps({"message": message, "level": level, **fields}))
        return found and (found.tone, found.text)

    assert said("A feed brought news.", action="poll_new_items", feed=1, kind="comments", new=2) == (
        GOOD,
        "Found 2 new comments on the blog",
    )
    assert said("It is away.", "warning", action="delivery_retry", delivery=4, attempt=2, wait=9) == (
        BAD,
        "It is away. Tries again in 9 s (attempt 2)",
    )
    assert said("Something else.", action="web_started", port=1) is None
    assert said("Oh no.", "error", action="never_heard_of") == (BAD, "Oh no.")
    assert translate("Traceback (most recent call last):") is None


async def test_the_tally_sees_what_is_missing_and_what_is_doubled(stage: Stage) -> None:
    bot, world, blog = stage.discord.bot_user, stage.discord.world, stage.blog
    await blog.publish(title="Old", html="x")
    stage.known_posts.add(1)
    post = await blog.publish(title="New", html="x")
    comment = await blog.comment(post, author="Ines", text="Hi")
    assert _numbers(stage) == [(1, 0, "1 not in chat"), (1, 0, "1 not in chat"), (0, 0, "all there")]
    assert count(stage).before == 1
    create_message(world, bot, stage.channel, Draft(embeds=[{"url": post.link}]))
    create_message(world, bot, stage.channel, Draft(embeds=[{"url": comment.link}]))
    reply = await stage.mia.post(stage.channel, "A reply")
    add_reaction(world, bot, reply, "⏳")
    assert _numbers(stage) == [(1, 1, "all there"), (1, 1, "all there"), (0, 1, "1 not on the blog")]
    forum = stage.guild.add_channel("news")
    create_message(world, bot, forum, Draft(embeds=[{"url": post.link}]))
    assert count(stage).doubles == 0
    for _ in range(2):
        await blog.comment(post, author="Mia", text="A reply", url=reply.jump_url)
    create_message(world, bot, stage.channel, Draft(embeds=[{"url": comment.link}]))
    assert count(stage).doubles == 2


async def test_the_tally_follows_the_moderator(stage: Stage) -> None:
    bot, world, blog = stage.discord.bot_user, stage.discord.world, stage.blog
    post = await blog.publish(title="New", html="x")
    comment = await blog.comment(post, author="Ines", text="Hi")
    for link in (post.link, comment.link):
        create_message(world, bot, stage.channel, Draft(embeds=[{"url": link}]))
    reply = await stage.mia.post(stage.channel, "A reply")
    add_reaction(world, bot, reply, "✅")
    relayed = await blog.comment(post, author="Mia", text="A reply", url=reply.jump_url)
    assert [each.state for each in count(stage).counts] == ["all there"] * 3
    await blog.moderate(relayed.id, "hold")
    await blog.moderate(comment.id, "hold")
    assert _numbers(stage)[1:] == [(0, 1, "1 not on the blog"), (0, 1, "1 held")]
    await blog.moderate(relayed.id, "spam")
    assert _numbers(stage)[2] == (0, 1, "1 not on the blog")


async def test_the_tally_takes_what_is_struck_through_for_gone(stage: Stage) -> None:
    post = await stage.blog.publish(title="New", html="x")
    comment = await stage.blog.comment(post, author="Ines", text="~~Hi~~")
    places = [stage.channel, stage.guild.add_channel("news")]
    struck: Json = {"url": comment.link, "description": "> ~~Hi~~"}
    cards = [
        create_message(stage.discord.world, stage.discord.bot_user, place, Draft(embeds=[struck])) for place in places
    ]
    assert _numbers(stage)[1] == (1, 1, "all there")
    await stage.blog.moderate(comment.id, "trash")
    assert _numbers(stage)[1] == (0, 1, "1 struck through")
    assert count(stage).counts[1].even
    cards[0].embeds = [{"url": comment.link, "description": "Hi"}]
    assert _numbers(stage)[1] == (0, 1, "1 not on the blog")


def _numbers(stage: Stage) -> list[tuple[int, int, str]]:
    return [(len(each.blog), len(each.chat), each.state) for each in count(stage).counts]


async def test_trouble_tells_how_long_and_ends_early(stage: Stage) -> None:
    noted: list[str] = []
    trouble = Trouble(stage, noted.append)
    assert trouble.left("broken") is None
    await trouble.order("lost")
    await trouble.order("broken")
    assert trouble.left("lost") == 0
    assert trouble.left("broken") in (19, 20)
    await trouble.order("lost")
    await trouble.order("broken")
    await stage.discord.until(lambda: trouble.left("broken") is None, 5)
    assert trouble.left("lost") is None
    assert [text.partition(":")[0] for text in noted] == ["Trouble armed", "Trouble", "Trouble over", "Trouble over"]
    assert stage.blog.faults.take("GET", "/") is None
    with pytest.raises(LookupError):
        await trouble.order("flood")
    await trouble.close()
