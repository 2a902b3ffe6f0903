"""What people find in Discord's list of commands, to the letter: other tools drive them by these names."""

import pytest

from sandbox.discord import NotAllowed
from sandbox.discord.commands import CHAT_INPUT, MESSAGE_MENU
from tests.cogs.stage import Stage

MANAGE_GUILD = str(1 << 5)
STRING, INTEGER, BOOLEAN, CHANNEL, ROLE, ATTACHMENT = 3, 4, 5, 7, 8, 11

BLOG = ("blog", STRING, True)

#: command -> its options as (name, type, required)
COMMANDS = {
    "blog add": [
        ("url", STRING, True),
        ("channel", CHANNEL, True),
        ("placement", STRING, False),
        ("comments", BOOLEAN, False),
    ],
    "blog list": [],
    "blog show": [BLOG],
    "blog pause": [BLOG],
    "blog resume": [BLOG],
    "blog remove": [BLOG],
    "blog locked": [BLOG, ("comments", STRING, True)],
    "blog preview": [BLOG],
    "blog filter": [
        BLOG,
        ("field", STRING, False),
        ("exclude", STRING, False),
        ("include", STRING, False),
        ("remove", STRING, False),
    ],
    "blog template": [BLOG, ("template", STRING, False)],
    "blog mention": [BLOG, ("add", ROLE, False), ("remove", ROLE, False)],
    "blog mentions": [BLOG, ("mentions", STRING, True)],
    "blog why": [BLOG, ("entry", STRING, True)],
    "blog import": [("file", ATTACHMENT, True), ("channel", CHANNEL, True), ("placement", STRING, False)],
    "blog export": [],
    "relay connect": [BLOG],
    "relay disconnect": [BLOG],
    "relay limit": [("per_10_minutes", INTEGER, False), ("per_day", INTEGER, False)],
    "relay mode": [BLOG, ("mode", STRING, True)],
    "relay profile": [("name", STRING, False)],
    "relay mine": [],
    "alerts on": [BLOG, ("author", STRING, False)],
    "alerts off": [("blog", STRING, False)],
    "alerts show": [],
    "status": [],
}
CHOICES = {
    ("blog filter", "field"): ["anything", "title", "text", "category", "author"],
    ("blog locked", "comments"): ["quiet", "channel"],
    ("blog mentions", "mentions"): ["off", "on"],
    ("blog add", "placement"): ["thread", "forum", "channel"],
    ("blog import", "placement"): ["thread", "forum", "channel"],
    ("relay mode", "mode"): ["off", "button", "menu"],
}


def leaves(stage: Stage) -> dict[str, dict]:
    found = {}
    for command in stage.discord.world.commands.all():
        if command["type"] != CHAT_INPUT:
            continue
        subcommands = [option for option in command["options"] if option["type"] == 1]
        for each in subcommands:
            found[f"{command['name']} {each['name']}"] = each
        if not subcommands:
            found[command["name"]] = command
    return found


async def test_names_options_and_choices(stage: Stage) -> None:
    async with stage.bot():
        found = leaves(stage)
        assert found.keys() == COMMANDS.keys()
        for words, leaf in found.items():
            options = [(each["name"], each["type"], each.get("required", False)) for each in leaf.get("options", [])]
            assert options == COMMANDS[words], words
            for option in leaf.get("options", []):
                choices = option.get("choices") or []
                assert [each["name"] for each in choices] == CHOICES.get((words, option["name"]), [])
                assert [each["value"] for each in choices] == CHOICES.get((words, option["name"]), [])
        menus = [each["name"] for each in stage.discord.world.commands.all() if each["type"] == MESSAGE_MENU]
        assert menus == ["Publish to blog"]


async def test_everything_is_described_and_every_blog_is_suggested(stage: Stage) -> None:
    async with stage.bot():
        for words, leaf in leaves(stage).items():
            assert len(leaf["description"]) > 10, words
            for option in leaf.get("options", []):
                assert len(option["description"]) > 5, (words, option["name"])
                if option["name"] in ("blog", "author", "entry"):
                    assert option["autocomplete"], words


async def test_who_is_offered_what(stage: Stage) -> None:
    async with stage.bot():
        for command in stage.discord.world.commands.all():
            assert command["contexts"] == [0], command["name"]
            managers = command["name"] in ("blog", "status")
            assert command["default_member_permissions"] == (MANAGE_GUILD if managers else None), command["name"]
        with pytest.raises(NotAllowed):
            await stage.mia.command("blog list")
        with pytest.raises(NotAllowed):
            await stage.mia.command("status")


async def test_every_blog_option_suggests_title_with_channel(stage: Stage) -> None:
    async with stage.bot():
        await stage.start()
        subscription = (await stage.store.subscriptions.of_guild(stage.guild.id))[0].subscription
        for words, options in COMMANDS.items():
            if "blog" in [name for name, _, _ in options]:
                choices = await stage.olga.autocomplete(words, option="blog", value="ANN")
                assert choices == [("Ann's *blog* (#blog)", str(subscription.id))], words
                assert await stage.olga.autocomplete(words, option="blog", value="other") == []


async def test_authors_are_those_of_the_chosen_blog(stage: Stage) -> None:
    stage.blog.write("One", author="Ann")
    stage.blog.write("Two", author="Bob")
    async with stage.bot():
        await stage.start()
        assert await stage.mia.autocomplete("alerts on", option="author", value="b", blog="1") == [("Bob", "Bob")]
        assert await stage.mia.autocomplete("alerts on", option="author", value="b") == []
