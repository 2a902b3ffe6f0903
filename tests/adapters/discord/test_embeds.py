"""What a ChatPost looks like on Discord."""

from dataclasses import replace

import discord

from bot.adapters.discord.embeds import render_buttons, render_content, render_embed, render_mentions, render_row
from bot.model.ids import RoleId
from bot.model.message import LinkButton
from tests.adapters.discord.posts import FULL, PLAIN, TARGET, mentioning


def test_embed_holds_everything_that_is_to_be_said() -> None:
    embed = render_embed(FULL)
    assert embed.title == "On bridges"
    assert embed.url == "https://blog.example/on-bridges/#comment-8"
    assert embed.author.name == "Ann"
    assert embed.description == "They carry **both** ways."
    assert embed.image.url == "https://blog.example/bridge.jpg"
    assert embed.footer.text == "Example blog"
    assert embed.timestamp == FULL.timestamp


def test_what_is_not_said_is_not_in_the_embed() -> None:
    assert render_embed(PLAIN).to_dict().keys() <= {"title", "description", "type", "flags"}


async def test_reply_button_carries_its_target() -> None:
    view = render_buttons(FULL)
    assert view is not None
    reply, link = view.children
    assert isinstance(reply, discord.ui.Button)
    assert (reply.label, reply.style) == ("Reply on the blog", discord.ButtonStyle.primary)
    assert reply.custom_id == TARGET.custom_id
    assert isinstance(link, discord.ui.Button)
    assert (link.label, link.url) == ("Open", "https://blog.example/on-bridges/")


async def test_a_view_is_finished_before_it_is_sent() -> None:
    view = render_buttons(FULL)
    assert view is not None
    assert view.is_finished()


async def test_no_buttons_no_view() -> None:
    assert render_buttons(PLAIN) is None
    assert render_row(None, None) is None
    assert render_row(LinkButton(label="Open", url="https://blog.example/"), None) is not None


def test_nothing_pings_by_itself() -> None:
    assert render_content(FULL) is None
    assert render_mentions(FULL).to_dict() == {"parse": []}


def test_only_the_mention_pings() -> None:
    post = mentioning(42)
    assert render_content(post) == "<@42>"
    assert render_mentions(post).to_dict() == {"parse": [], "users": [42]}


def test_only_the_chosen_roles_ping_whatever_the_text_says() -> None:
    post = replace(PLAIN, roles=(RoleId(7), RoleId(8)), text="@everyone <@&9> <@42>")
    assert render_content(post) == "<@&7> <@&8>\n@everyone <@&9> <@42>"
    assert render_mentions(post).to_dict() == {"parse": [], "roles": [7, 8]}


def test_a_text_stands_by_itself_where_nobody_is_pinged() -> None:
    post = replace(PLAIN, text="New:")
    assert render_content(post) == "New:"
    assert render_mentions(post).to_dict() == {"parse": []}
