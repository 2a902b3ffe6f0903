"""Discord's limits while much is done at once: over real sockets, none of its refusals is provoked.

The numbers are Discord's, the time is a tenth of it. No route's bucket is known before its first answer.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.model.ids import ChannelId
from bot.model.message import MessageRef, ReactionMark
from sandbox.discord import Channel
from sandbox.discord.posting import Draft, create_message
from tests.adapters.discord.conftest import Stage, ref
from tests.adapters.discord.posts import FULL, PLAIN

_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = f"{_MESSAGES}/{{message_id}}"
_REACTION = f"{_MESSAGE}/reactions/{{emoji_name}}/@me"
_MANY = 25
LIMITS = {
    ("POST", _MESSAGES): (5, 0.5),
    ("PATCH", _MESSAGE): (5, 0.5),
    ("DELETE", _MESSAGE): (5, 0.1),
    ("PUT", _REACTION): (1, 0.025),
    ("DELETE", _REACTION): (1, 0.025),
    ("GET", _MESSAGE): (50, 0.1),
}


@pytest.fixture
async def limited(stage: Stage) -> AsyncIterator[Stage]:
    for (method, template), (requests, seconds) in LIMITS.items():
        stage.discord.limits.set(method, template, requests, seconds)
    yield stage
    assert [(each.method, each.path) for each in stage.discord.requests if each.status == 429] == []


def cards(stage: Stage, channel: Channel, number: int = _MANY) -> list[MessageRef]:
    """Messages of ours that stand there since before the bot was started, so that no limit is known."""
    world = stage.discord.world
    return [ref(create_message(world, world.bot, channel, Draft(content=f"Card {count}"))) for count in range(number)]


async def test_replies_switched_on_give_every_card_its_button(limited: Stage) -> None:
    refs = cards(limited, limited.channel)
    await asyncio.gather(*(limited.sender.revise(each, FULL) for each in refs))
    assert all(each.embeds for each in limited.bot_messages(limited.channel))


async def test_edits_of_several_channels_at_once(limited: Stage) -> None:
    """discord.py learns a bucket's name in one channel while it still waits in the other."""
    other = limited.guild.add_channel("other")
    refs = [*cards(limited, limited.channel), *cards(limited, other)]
    await asyncio.gather(*(limited.sender.revise(each, FULL) for each in refs))
    assert all(each.embeds for channel in (limited.channel, other) for each in limited.bot_messages(channel))


async def test_marks_set_and_taken_off(limited: Stage) -> None:
    refs = cards(limited, limited.channel)
    await asyncio.gather(*(limited.sender.mark(each, ReactionMark.WAITING) for each in refs))
    await asyncio.gather(*(limited.sender.mark(each, ReactionMark.PUBLISHED) for each in refs))
    assert all([*each.reactions] == [ReactionMark.PUBLISHED] for each in limited.bot_messages(limited.channel))


async def test_edits_beside_posts_marks_and_deletions(limited: Stage) -> None:
    here, doomed = cards(limited, limited.channel), cards(limited, limited.channel)
    channel_id = ChannelId(limited.channel.id)
    await asyncio.gather(
        *(limited.sender.revise(each, FULL) for each in here),
        *(limited.sender.post(channel_id, PLAIN, nonce=f"{number}") for number in range(_MANY)),
        *(limited.sender.mark(each, ReactionMark.WAITING) for each in here),
        *(limited.sender.delete(each) for each in doomed),
    )
    assert len(limited.bot_messages(limited.channel)) == 2 * _MANY


async def test_what_is_posted_waits_for_no_edit(limited: Stage) -> None:
    """Edits of old cards may take their time; what is new may not."""
    edits = [asyncio.create_task(limited.sender.revise(each, FULL)) for each in cards(limited, limited.channel)]
    await limited.sender.post(ChannelId(limited.channel.id), PLAIN, nonce="news")
    assert not all(each.done() for each in edits)
    await asyncio.gather(*edits)
