"""/blog filter, template, mention, and what /blog preview and show say of them."""

from sandbox.discord import Message
from tests.cogs.stage import Stage


async def shown(stage: Stage) -> str:
    return (await stage.olga.command("blog show", blog="1")).text


async def test_filter_shows_what_it_would_do_and_takes_rules_away_again(stage: Stage) -> None:
    stage.blog.write("Sponsored *chairs*", categories=("Ads",))
    stage.blog.write("Rain", categories=("News",))
    async with stage.bot():
        await stage.start()
        empty = await stage.olga.command("blog filter", blog="1")
        assert empty.ephemeral
        assert "No rules: every new entry is posted" in empty.text
        assert empty.text.count("✅") == 2
        assert "Filter" not in await shown(stage)
        saved = await stage.olga.command("blog filter", blog="1", field="title", exclude="sponsored")
        assert saved.content == "Saved."
        assert "exclude if the title holds “sponsored”" in saved.text
        assert (
            r"🚫 [Sponsored \*chairs\*](<https://blog.example/1/>): not posted. Left out: the title holds “sponsored”."
            in saved.text
        )
        assert "✅ [Rain](<https://blog.example/2/>)" in saved.text
        await stage.olga.command("blog filter", blog="1", field="category", include="News")
        assert "2 rules" in await shown(stage)
        cleared = await stage.olga.command("blog filter", blog="1", remove="all")
        assert "No rules" in cleared.text


async def test_a_bad_expression_gets_the_engines_words(stage: Stage) -> None:
    async with stage.bot():
        await stage.start()
        refused = await stage.olga.command("blog filter", blog="1", exclude="/(/")
        assert refused.content == "This expression cannot be used: missing ): (. Expressions are those of RE2."
        assert "No rules" in (await stage.olga.command("blog filter", blog="1")).text


async def test_names_are_suggested_where_names_are_looked_for_and_rules_to_remove(stage: Stage) -> None:
    stage.blog.write("One", author="Bea", categories=("News", "Pets", "x" * 101))

    async def suggest(option: str, value: str = "", **others: str) -> list[tuple[str, str]]:
        return await stage.olga.autocomplete("blog filter", option=option, value=value, blog="1", **others)

    async with stage.bot():
        await stage.start()
        assert await suggest("exclude", field="category") == [("News", "News"), ("Pets", "Pets")]
        assert await suggest("include", "be", field="author") == [("Bea", "Bea")]
        assert await suggest("include", "be") == []
        assert await suggest("remove") == []
        long = "words " * 20
        await stage.olga.command("blog filter", blog="1", exclude="one", include=long)
        choices = await suggest("remove")
        assert choices[0] == ("All rules", "all")
        assert [name[:9] for name, _ in choices[1:]] == ["1. exclud", "2. includ"]
        await stage.olga.command("blog filter", blog="1", remove="1")
        removed = await stage.olga.command("blog filter", blog="1", remove=choices[2][1])
        assert "No rules" in removed.embeds[0]["description"]
        assert await stage.olga.autocomplete("blog filter", option="remove", value="", blog="nothing") == []


async def test_a_template_is_saved_and_shown_with_the_newest_entry(stage: Stage) -> None:
    stage.blog.write("Look @everyone", html="<p>Its text.</p>")
    async with stage.bot():
        await stage.start()
        saved = await stage.olga.command("blog template", blog="1", template=r"# New\n{author|us}: {title} {link}")
        assert saved.ephemeral
        assert saved.content.startswith(
            f"Saved. The newest entry would stand in <#{stage.channel.id}> like this:\n# New\n"
        )
        assert saved.content.endswith("\nAnn: Look @\u200beveryone <https://blog.example/1/>")
        assert saved.embeds[0]["url"] == "https://blog.example/1/"
        preview = await stage.olga.command("blog preview", blog="1")
        assert preview.content.startswith("As it would stand")
        assert "# New\nAnn: Look" in preview.content
        assert r"\# New {author\|us}: {title} {link}" in await shown(stage)


async def test_the_form_holds_the_present_template_and_empties_it(stage: Stage) -> None:
    stage.blog.write("One")
    async with stage.bot():
        await stage.start()
        opened = (await stage.olga.command("blog template", blog="1")).modal
        assert opened is not None
        assert (
            "{title} {link} {author} {summary} {categories} {date} {blog}; {author|someone} falls back" in opened.text
        )
        saved = await stage.olga.submit(opened, template="Two\nlines of {title}")
        assert "Two\nlines of One" in saved.content
        again = (await stage.olga.command("blog template", blog="1")).modal
        assert again is not None
        assert "Two\nlines of {title}" in again.text
        emptied = await stage.olga.submit(again, template="")
        assert emptied.content.endswith("like this:")
        assert "Template" not in await shown(stage)


async def test_a_refused_template_gives_the_words_back(stage: Stage) -> None:
    async with stage.bot():
        await stage.start()
        opened = (await stage.olga.command("blog template", blog="1")).modal
        assert opened is not None
        refused = await stage.olga.submit(opened, template="Hi {titel}")
        assert r"I know no placeholder {titel}. I know: `{title}`" in refused.content
        assert refused.embeds[0]["description"] == "Hi {titel}"
        saved = await stage.olga.command("blog template", blog="1", template="Hi {title}")
        assert "no entry yet" in saved.content


async def test_the_form_needs_manage_server_when_it_is_sent(stage: Stage) -> None:
    async with stage.bot():
        await stage.start()
        opened = (await stage.olga.command("blog template", blog="1")).modal
        assert opened is not None
        stage.guild.members[stage.olga.id].roles.clear()
        assert "Manage Server" in (await stage.olga.submit(opened, template="x")).content


async def test_mention_names_the_roles_and_says_when_one_may_not_be_pinged(stage: Stage) -> None:
    news = stage.guild.add_role("News", mentionable=True)
    shy = stage.guild.add_role("Shy")
    everybody = stage.guild.roles[stage.guild.id]
    stage.guild.deny_bot(stage.channel, "MENTION_EVERYONE")
    async with stage.bot():
        await stage.start()
        assert "ping nobody" in (await stage.olga.command("blog mention", blog="1")).content
        added = await stage.olga.command("blog mention", blog="1", add=news)
        assert added.content.endswith(f"pings {news.mention}, and nobody else.")
        assert added.message.pings == []
        silent = await stage.olga.command("blog mention", blog="1", add=shy)
        assert f"I may not ping {shy.mention}" in silent.content
        stage.guild.allow_bot(stage.channel, "MENTION_EVERYONE")
        assert "may not ping" not in (await stage.olga.command("blog mention", blog="1")).content
        assert f"{news.mention} {shy.mention}" in await shown(stage)
        refused = await stage.olga.command("blog mention", blog="1", add=everybody)
        assert "never ping everybody" in refused.content
        removed = await stage.olga.command("blog mention", blog="1", remove=news)
        assert news.mention not in removed.content


async def test_preview_says_that_the_filter_leaves_it_out(stage: Stage) -> None:
    stage.blog.write("Sponsored")
    async with stage.bot():
        await stage.start()
        await stage.olga.command("blog filter", blog="1", exclude="sponsored")
        preview = await stage.olga.command("blog preview", blog="1")
        assert "The filter keeps it" in preview.content
        assert "Left out: the title holds “sponsored”." in preview.content


async def test_a_new_entry_pings_the_role_and_nobody_else(stage: Stage) -> None:
    news, other = stage.guild.add_role("News", mentionable=True), stage.guild.add_role("Other", mentionable=True)
    gone = stage.guild.add_role("Gone", mentionable=True)
    stage.guild.allow_bot(stage.channel, "MENTION_EVERYONE")
    async with stage.bot() as life:
        await stage.start()
        for role in (gone, news):
            await stage.olga.command("blog mention", blog="1", add=role)
        del stage.guild.roles[gone.id]
        await stage.olga.command("blog template", blog="1", template=f"@everyone {other.mention} {{title}}")
        card: Message = await stage.card(life, "Storm")
        assert card.pings == [news]
        assert card.content == f"{news.mention}\n@everyone {other.mention} Storm"


async def test_the_filter_tells_what_was_posted_from_what_was_not(stage: Stage) -> None:
    stage.blog.write("Old")
    async with stage.bot() as life:
        await stage.start()
        await stage.card(life, "New")
        text = (await stage.olga.command("blog filter", blog="1")).text
        assert "✅ [Old](<https://blog.example/1/>): not posted." in text
        assert "✅ [New](<https://blog.example/2/>): posted." in text
        assert "would be" not in text
        text = (await stage.olga.command("blog filter", blog="1", exclude="new")).text
        assert "🚫 [New](<https://blog.example/2/>): posted. Left out: the title holds “new”." in text
        assert "Posted:" not in text


async def test_commas_part_words_and_the_answer_says_so(stage: Stage) -> None:
    async with stage.bot():
        await stage.start()
        saved = await stage.olga.command("blog filter", blog="1", exclude="sponsored, advert ,, ad")
        assert saved.content.startswith("Saved. Commas part words")
        for number, word in enumerate(("sponsored", "advert", "ad"), 1):
            assert f"{number}. exclude if anything holds “{word}”" in saved.text
        named = await stage.olga.command("blog filter", blog="1", field="category", include="Arts, Crafts")
        assert "part of the name" in named.content
        assert "4. include if a category is “Arts, Crafts”" in named.text
        expression = await stage.olga.command("blog filter", blog="1", exclude="/a{1,2}/")
        assert expression.content == "Saved."
        assert "There are no words" in (await stage.olga.command("blog filter", blog="1", exclude=" , ")).content


async def test_roles_that_nobody_can_be_given_are_refused(stage: Stage) -> None:
    role = stage.guild.add_role("Some *bot*")
    role.bot_id = stage.olga.id
    async with stage.bot():
        await stage.start()
        refused = await stage.olga.command("blog mention", blog="1", add=role)
        assert refused.content.startswith(r"**Some \*bot\*** is managed by a bot")
        assert "ping nobody" in (await stage.olga.command("blog mention", blog="1")).content


async def test_mentions_are_off_until_an_admin_switches_them_on(stage: Stage) -> None:
    async with stage.bot():
        await stage.start()
        assert "Mentions" not in await shown(stage)
        saved = await stage.olga.command("blog mentions", blog="1", mentions="on")
        assert saved.ephemeral
        assert "is told of under it, as “Mentioned by …”" in saved.content
        assert "pingbacks and trackbacks are posted" in await shown(stage)
        saved = await stage.olga.command("blog mentions", blog="1", mentions="off")
        assert "is not told of." in saved.content
        assert "Mentions" not in await shown(stage)
