"""The sandbox's page without a browser: who may ask, what forms do and refuse, what is sent when something changes."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from sandbox.blog.blog import SandboxBlog
from sandbox.blog.faults import FaultKind
from sandbox.discord import SandboxDiscord
from sandbox.page.server import PageServer
from sandbox.page.stage import Stage
from sandbox.process import BotProcess


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage whose bot was never started."""
    async with SandboxDiscord.running() as discord, SandboxBlog.running(title="Tom & <Jerry>") as blog:
        guild = discord.add_guild("Stargazers")
        await blog.add_user("ada", role="author", display_name="Ada")
        yield Stage(
            discord=discord,
            blog=blog,
            bot=BotProcess(discord, tmp_path),
            guild=guild,
            channel=guild.add_channel("blog"),
            olga=discord.add_person("Olga", guild, admin=True),
            ada=discord.add_person("Ada", guild),
            mia=discord.add_person("Mia", guild),
        )


@pytest.fixture
async def page(stage: Stage) -> AsyncIterator[PageServer]:
    async with PageServer(stage).running() as server:
        yield server


@pytest.fixture
async def client(page: PageServer) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Origin": page.url.rstrip("/"), "Accept": "application/json"}
    async with aiohttp.ClientSession(page.url, headers=headers) as session:
        yield session


async def told(client: aiohttp.ClientSession, act: str, query: str = "", **form: str) -> dict[str, str]:
    async with client.post(f"/act/{act}?{query}", data=form) as response:
        found: dict[str, str] = await response.json()
        return found


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_no_other_page_can_act(client: aiohttp.ClientSession, stage: Stage, headers: dict[str, str]) -> None:
    async with client.post("/act/say", data={"text": "hi"}, headers=headers) as response:
        assert response.status == 403
    assert not stage.channel.messages


async def test_another_name_for_this_machine_is_refused(client: aiohttp.ClientSession) -> None:
    async with client.get("/", headers={"Host": "rebound.example"}) as response:
        assert response.status == 403


async def test_policy_lets_in_nothing_from_outside(client: aiohttp.ClientSession) -> None:
    for path in ("/", "/page.css", "/page.js"):
        async with client.get(path) as response:
            assert response.status == 200
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            text = await response.text()
            assert "https://" not in text
            assert "<style" not in text


async def test_foreign_text_is_escaped(client: aiohttp.ClientSession, stage: Stage) -> None:
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    post = await stage.blog.publish(title=evil, html=f"<p>{evil}</p>")
    await stage.blog.comment(post, author=evil, text=evil, url="javascript:alert(3)")
    await stage.mia.post(stage.channel, f"{evil} [x](javascript:alert(4)) **bold**")
    async with client.get(f"/?post={post.id}&me={evil}") as response:
        text = await response.text()
    assert "<script>" not in text
    assert "<img" not in text
    assert 'href="javascript:' not in text
    assert "<strong>bold</strong>" in text
    assert "Tom &amp; &lt;Jerry&gt;" in text


async def test_a_stranger_waits_and_the_moderator_approves(client: aiohttp.ClientSession, stage: Stage) -> None:
    await stage.blog.configure(flood_seconds=0)
    post = await stage.blog.publish(title="One", html="Two")
    first = await told(client, "comment", post=str(post.id), parent="0", name="Lena", text="Hello")
    assert "waits for the moderator" in first["say"]
    assert [row.status for row in await stage.blog.comments()] == ["hold"]
    assert "moderator" in (await told(client, "moderate", comment="1", do="approve"))["error"]
    await told(client, "moderate", "desk=moderator", comment="1", do="approve")
    second = await told(client, "comment", post=str(post.id), parent="1", name="Lena", text="Hello again")
    assert second["say"] == ""
    assert [(row.status, row.parent) for row in await stage.blog.comments()] == [("approved", 0), ("approved", 1)]


async def test_the_moderator_rewords_a_comment(client: aiohttp.ClientSession, stage: Stage) -> None:
    post = await stage.blog.publish(title="One", html="Two")
    comment = await stage.blog.comment(post, author="Ines", text="First & foremost")
    words = {"comment": str(comment.id), "text": "Second\nthoughts"}
    assert "moderator" in (await told(client, "reword", **words))["error"]
    async with client.get(f"/?desk=moderator&post={post.id}&doing=comment-{comment.id}") as response:
        assert "Edit the comment by Ines" in await response.text()
    told_so = await told(client, "reword", f"desk=moderator&post={post.id}&doing=comment-{comment.id}", **words)
    assert told_so["go"].endswith(f"post={post.id}#comment-{comment.id}")
    assert [row.content for row in await stage.blog.comments()] == ["Second\nthoughts"]


async def test_closed_comments_refuse_in_words(client: aiohttp.ClientSession, stage: Stage) -> None:
    post = await stage.blog.publish(title="One", html="Two")
    await told(client, "discussion", "desk=moderator", post=str(post.id))
    refused = await told(client, "comment", post=str(post.id), parent="0", name="Lena", text="Hello")
    assert refused["error"] == "Sorry, comments are closed for this item."
    await told(client, "discussion", "desk=moderator", post=str(post.id))
    assert "error" not in await told(client, "comment", post=str(post.id), parent="0", name="Lena", text="Hello")


async def test_the_author_writes_and_edits(client: aiohttp.ClientSession, stage: Stage) -> None:
    assert "error" in await told(client, "publish", title="Mine", text="Now")
    written = await told(client, "publish", "desk=author", title="Mine", text="Now")
    assert "post=1" in written["go"]
    await told(client, "revise", "desk=author&post=1", post="1", title="Ours", text="Then")
    row = stage.blog.state.posts[1]
    assert (row.title, row.html) == ("Ours", "Then")


async def test_a_post_gets_categories_and_goes_to_the_trash(client: aiohttp.ClientSession, stage: Stage) -> None:
    await told(client, "publish", "desk=author", title="Mine", text="Now", categories="Ink, , Paper ")
    row = stage.blog.state.posts[1]
    assert row.categories == ("Ink", "Paper")
    await told(client, "revise", "desk=author&post=1", post="1", title="Mine", text="Now", categories="Glue")
    assert row.categories == ("Glue",)
    assert "error" in await told(client, "bin", post="1")
    assert row.status == "publish"
    await told(client, "bin", "desk=author&post=1", post="1")
    assert row.status == "trash"
    async with client.get("/?post=1") as response:
        assert "Mine" not in await response.text()


async def test_a_person_writes_edits_reacts_and_deletes(client: aiohttp.ClientSession, stage: Stage) -> None:
    await told(client, "say", "me=Ada", text="Good evening")
    (message,) = stage.channel.messages
    assert message.author is stage.ada
    assert "did not write" in (await told(client, "edit", message=str(message.id), text="x"))["error"]
    await told(client, "edit", "me=Ada", message=str(message.id), text="Good night")
    await told(client, "react", message=str(message.id), emoji="👍")
    await told(client, "say", reply=str(message.id), text="And to you")
    assert (message.content, message.reactions) == ("Good night", {"👍": [stage.mia]})
    assert stage.channel.messages[-1].reference is message
    await told(client, "delete", "me=Ada", message=str(message.id))
    assert len(stage.channel.messages) == 1


async def test_without_a_bot_commands_say_so(client: aiohttp.ClientSession) -> None:
    assert "not offered" in (await told(client, "command", "me=Olga", words="blog list"))["error"]


async def test_an_option_takes_roles_and_files(client: aiohttp.ClientSession, stage: Stage) -> None:
    role = stage.guild.add_role("Night owls")
    options = [{"name": "role", "type": 8, "description": "-"}, {"name": "file", "type": 11, "description": "-"}]
    stage.discord.world.commands.add(None, {"name": "try", "description": "-", "options": options})
    async with client.get("/?me=Olga&dialog=command+try") as response:
        text = await response.text()
    assert f'<option value="{role.id}">@Night owls</option>' in text
    assert 'enctype="multipart/form-data"' in text
    form = aiohttp.FormData({"words": "try", "o:role": str(role.id)})
    form.add_field("o:file", "<opml>\u00fc</opml>".encode(), filename="list.opml")
    # No application answers here; but it was asked.
    acting = asyncio.create_task(client.post("/act/command?me=Olga", data=form))
    asked = await stage.discord.until(lambda: list(stage.discord.world.interactions.values()), 10)
    given = {each["name"]: each["value"] for each in asked[0].data["options"]}
    file = stage.discord.world.files.get(int(given["file"]))
    assert (file.name, file.data.decode(), given["role"]) == ("list.opml", "<opml>\u00fc</opml>", str(role.id))
    assert (await acting).status == 422


async def test_only_what_changed_is_sent(client: aiohttp.ClientSession, stage: Stage) -> None:
    async with asyncio.timeout(10), client.get("/live") as stream:
        first = await _news(stream)
        assert first.keys() == {"tabs", "chat", "blog", "bot", "dialog"}
        await stage.mia.post(stage.channel, "Something new")
        second = await _news(stream)
    assert second.keys() == {"chat"}
    assert "Something new" in second["chat"]


async def test_an_armed_trouble_is_seen_and_taken_back(client: aiohttp.ClientSession, stage: Stage) -> None:
    async def button() -> str:
        async with client.get("/") as response:
            found = re.search(r'id="trouble-lost"(.*?)</button>', await response.text(), re.DOTALL)
            assert found is not None
            return found[1]

    assert 'aria-pressed="false"' in await button()
    await told(client, "trouble", name="lost")
    armed = await button()
    assert 'aria-pressed="true"' in armed
    assert armed.endswith(">Armed: loses the next")
    await told(client, "trouble", name="lost")
    assert 'aria-pressed="false"' in await button()
    assert not stage.blog.faults.waits(FaultKind.DROP_AFTER)


@pytest.mark.parametrize(
    ("welcome", "said"),
    [
        (True, "A reply reached the blog, but the blog’s answer was lost"),
        (False, "The blog refused a reply (401), and its answer was lost"),
    ],
)
async def test_a_lost_answer_is_told_as_what_it_was(
    page: PageServer, client: aiohttp.ClientSession, stage: Stage, *, welcome: bool, said: str
) -> None:
    await stage.blog.configure(anonymous_rest_comments=welcome)
    post = await stage.blog.publish(title="One", html="Two")
    await told(client, "trouble", name="lost")
    sent = {"post": post.id, "content": "Hi", "author_name": "Mia", "author_email": "mia@example.org"}
    address, agent = f"{stage.blog.url}wp-json/wp/v2/comments", {"User-Agent": "Backchannel/1"}
    with pytest.raises(aiohttp.ClientError):
        await client.post(address, json=sent, headers=agent)
    assert page.trouble.left("lost") is None
    page.watch.look()
    assert page.watch.events[-1].text == said
    assert len(await stage.blog.comments()) == welcome


async def _news(stream: aiohttp.ClientResponse) -> dict[str, str]:
    line = await stream.content.readuntil(b"\n\n")
    found: dict[str, str] = json.loads(line.removeprefix(b"data: "))
    return found


async def test_a_script_is_not_needed(client: aiohttp.ClientSession, stage: Stage) -> None:
    plain = {"Accept": "text/html"}
    async with client.post("/act/say?me=Mia", data={"text": "hi"}, headers=plain, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/?me=Mia")
    async with client.post("/act/say", data={"text": " "}, headers=plain) as response:
        assert response.status == 422
        assert "empty message" in await response.text()
