"""Cases 85 to 90 of feeds in the wild, as far as an admin sees them."""

import pytest

from tests.cogs.stage import Stage


@pytest.mark.parametrize(
    ("tags", "required", "taken"),
    [((), True, False), (("Staff",), True, False), (("Staff", "News"), True, True), ((), False, True)],
)
async def test_case_85_add_looks_whether_a_forum_can_be_given_the_tag_that_it_asks_for(
    stage: Stage, tags: tuple[str, ...], required: bool, taken: bool
) -> None:
    forum = stage.guild.add_channel("posts", "forum", tags=tags, require_tag=required)
    for tag in forum.tags:
        tag.moderated = tag.name == "Staff"
    async with stage.bot():
        answer = await stage.olga.command("blog add", url="blog.example", channel=forum)
        assert ("Start" in answer.buttons) == taken
        assert ("asks for a tag on every post" in answer.text) == (not taken)
        assert ("or the first if it must have one" in answer.text) == taken
