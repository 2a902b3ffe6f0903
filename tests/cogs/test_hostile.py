"""Words from outside in answers: neither Markdown nor too long, whatever a blog or a person writes."""

import re

import discord

from bot.cogs._cards import address, content, escaped, fitted
from tests.cogs.stage import Stage, expect_answer

TITLE = r"[Free](https://evil.example) `x` \[y](https://evil.example) ||z|| " + "w" * 300
#: A link whose words hide where it leads.
MASKED = re.compile(r"(?<!\\)\]\(<?https://evil")


async def test_titles_are_no_links_anywhere(stage: Stage) -> None:
    stage.blog.title = TITLE
    stage.blog.write(TITLE, html=f"<p>{TITLE}</p>", author=TITLE)
    async with stage.bot():
        shown = [await stage.add()]
        texts = [shown[0].text]
        texts.append(expect_answer(await stage.olga.press(shown[0], "Start")).text)
        for words in ("list", "show", "pause", "resume", "remove"):
            options = {} if words == "list" else {"blog": "1"}
            texts.append((await stage.olga.command(f"blog {words}", **options)).text)
        texts.append((await stage.olga.command("relay connect", blog="1")).text)
        texts.append((await stage.olga.command("relay mode", blog="1", mode="off")).text)
        texts.append((await stage.mia.command("alerts on", blog="1")).text)
        texts.append((await stage.mia.command("alerts show")).text)
    for text in texts:
        assert text
        assert MASKED.search(text) is None, text


async def test_a_title_that_looks_like_another_address_masks_no_link(stage: Stage) -> None:
    title = "discord․com/login"
    stage.blog.title = title
    stage.blog.write(title)
    async with stage.bot() as life:
        offered = await stage.add()
        titles, texts = [embed["title"] for embed in offered.embeds], [offered.text]
        await stage.olga.press(offered, "Start")
        message = await stage.posted(life, title)
        shown = await stage.olga.command("blog show", blog="1")
        titles += [embed["title"] for each in (shown, message) for embed in each.embeds]
        texts += [(await stage.olga.command("blog filter", blog="1")).text]
        texts += [(await stage.olga.command("blog list")).text]
    assert len(titles) == 3
    assert all("(blog.example)" in each for each in titles), titles
    for text in texts:
        assert title in text
        assert f"[{title}" not in text


async def test_what_is_too_long_is_cut_and_answered(stage: Stage) -> None:
    for number in range(20):
        stage.blog.write(f"Entry {number}", author=f"{number} " + "x" * 250)
    async with stage.bot():
        await stage.start()
        answers = [
            await stage.olga.command("blog show", blog="y" * 2500),
            await stage.mia.command("alerts on", blog="1", author="nobody"),
            await stage.mia.command("alerts on", blog="z" * 2500),
        ]
    for answer in answers:
        assert 0 < len(answer.content) <= 2000


async def test_long_names_are_suggested_within_discords_limit(stage: Stage) -> None:
    stage.blog.title = "t" * 300
    stage.guild.channels[stage.channel.id].name = "c" * 100
    async with stage.bot():
        await stage.start()
        [(name, value)] = await stage.olga.autocomplete("blog show", option="blog", value="t")
    assert len(name) <= 100
    assert value == "1"


def test_no_line_begins_a_heading_or_a_list() -> None:
    assert escaped("# Big") == r"\# Big"
    assert escaped("-# small") == r"\-# small"
    assert escaped("> quoted\n# not first") == r"\> quoted # not first"


def test_nothing_unseen_turns_the_words_that_follow() -> None:
    assert escaped("adm\u202enimda\u2066\u200b\x00\x1b") == "admnimda"
    assert escaped("\u200b# Big") == r"\# Big"
    assert escaped("👩\u200d👧") == "👩\u200d👧"


def test_an_address_ends_where_it_ends() -> None:
    assert address("https://a.example/x> [Free](<https://evil.example") == (
        "https://a.example/x%3E%20[Free](%3Chttps://evil.example"
    )


def test_cards_are_cut_to_every_limit() -> None:
    embed = discord.Embed(title="t" * 300, description="d" * 5000)
    embed.set_author(name="a" * 300)
    embed.set_footer(text="f" * 3000)
    for _ in range(25):
        embed.add_field(name="n" * 300, value="v" * 1100)
    card = fitted(embed)
    assert card is not None
    assert len(card) <= 6000
    assert (len(card.title or ""), len(card.author.name or "")) == (256, 256)
    assert all(len(field.value or "") <= 1024 for field in card.fields)
    assert content("x" * 3000) == "x" * 1999 + "…"
    assert (fitted(None), content(None)) == (None, None)
