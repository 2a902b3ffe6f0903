"""Every button, menu and form acts on exactly what it names, for whoever may; all others are told that it is gone."""

import asyncio
import logging
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cogs._components import ComponentCog, ComponentHandler
from bot.model.errors import NotFound
from bot.model.feed import FeedKind, FoundFeed
from bot.model.ids import CommentId, EntryId, SubscriptionId
from bot.model.message import ReplyTarget
from bot.model.notice import NoticeKind, WithheldEntries
from sandbox.discord import Answer, Channel, Message, Person
from tests.cogs.presses import press, send_form
from tests.cogs.stage import Life, Stage, expect_answer, expect_modal
from tests.fakes.blog import HOME, PASSWORD
from tests.fakes.time import RealClock
from tests.storage.given import a_blog, an_entry

LARGEST = 2**63 - 1
NO_IDS = ["", "0", "-1", "01", "+1", " 1", "1.0", "1e3", "abc", "٣", str(2**63), str(2**64), str(10**30), "9" * 90]
INK = FoundFeed(url=f"{HOME}ink/feed/", kind=FeedKind.ENTRIES, title="Ink")


def acts_of(life: Life) -> tuple[list[ComponentHandler], list[ComponentHandler]]:
    """Every button or menu, and every form, of every cog."""
    doors = [cog for cog in life.gateway.cogs.values() if isinstance(cog, ComponentCog)]
    return [act for door in doors for act in door.buttons()], [act for door in doors for act in door.forms()]


def filled(act: ComponentHandler, text: str) -> str:
    """The act's custom_id with the same text for each id that it has."""
    return re.sub(r"{\w+\??}", lambda _: text, act.shape)


@dataclass
class Everything:
    """A custom_id of each shape, of what exists in the first guild, and whose it is."""

    custom_ids: dict[str, str]
    store: Path

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """All that is kept."""
        with closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}


async def everything(stage: Stage, life: Life, path: Path) -> Everything:
    """Have one of everything that a button can be for, in the first guild."""
    stage.blog.others = [INK]
    await stage.connect()
    card = await stage.card(life)
    form = expect_modal(await stage.mia.press(card, "Reply on the blog"))
    draft = await stage.mia.submit(form, text="A draft", name="Mia", consent=True)
    other = stage.guild.add_channel("other")
    proposal = await stage.olga.command("blog add", url="blog.example", channel=other)
    file = stage.olga.attach("f.opml", f'<opml><body><outline xmlUrl="{INK.url}"/></body></opml>'.encode())
    listed = await stage.olga.command("blog import", file=file, channel=other)
    connected = custom_ids_of(await stage.olga.command("relay connect", blog="1"))
    again = await stage.olga.command("relay connect", blog="1")
    offered = expect_answer(await stage.olga.press(again, "Replace"))
    password = expect_modal(await stage.olga.press(offered, "Enter an application password"))
    removal = await stage.olga.command("blog remove", blog="1")
    template = (await stage.olga.command("blog template", blog="1")).modal
    assert template is not None
    (entry,) = await stage.store.entries.newest(1, 1)  # type: ignore[arg-type]
    async with stage.store.transaction():
        notice_id = await stage.store.notices.add(
            entry.blog_id,
            NoticeKind.IDENTITY,
            "Names changed.",
            feed_id=None,
            taken=[WithheldEntries(entry_id=entry.id, uid=None)],
            at=entry.first_seen_at,
        )
    shown: Sequence[Answer | Message] = (card, draft, proposal, listed, offered, removal)
    found = [custom_id for each in shown for custom_id in custom_ids_of(each)]
    import_id = next(custom_id for custom_id in found if custom_id.startswith("import:start")).rpartition(":")[2]
    draft_id = next(each for each in found if each.startswith("reply-draft:publish")).rpartition(":")[2]
    found += [f"import:{act}:{import_id}" for act in ("show", "stop", "retry")]
    found += [f"notice:undo:{notice_id}", f"reply-draft:post:{draft_id}", *connected]
    found += [form.custom_id, password.custom_id, template.custom_id, f"form-publish:{card.id}"]
    buttons, forms = acts_of(life)
    shapes = [act for act in (*buttons, *forms) if "{" in act.shape]
    custom_ids = {act.shape: next(each for each in found if act.read(each) is not None) for act in shapes}
    while (await stage.store.outbox.view(RealClock().now())).waiting:  # noqa: ASYNC110 -- the store tells nobody when
        await asyncio.sleep(0.01)
    return Everything(custom_ids, path)


def custom_ids_of(shown: Answer | Message) -> list[str]:
    parts = [part for row in shown.components for part in row["components"]]
    return [part["custom_id"] for part in parts if "custom_id" in part]


async def send(person: Person, where: Channel, act: ComponentHandler, custom_id: str, *, form: bool) -> Answer:
    if form:
        return await send_form(person, where, custom_id, text="x", name="Eve", username="bridge", password=PASSWORD)
    values = ["0"] if act.shape == "proposal:feed:{id}" else None
    return await press(person, where, custom_id, values=values)


async def test_what_is_no_id_or_not_there_is_gone(
    stage: Stage, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    async with stage.bot() as life:
        kept = await everything(stage, life, tmp_path / "store.sqlite3")
        before, said = kept.rows(), len(stage.channel.messages)
        buttons, forms = acts_of(life)
        walked = 0
        for form, acts in ((False, buttons), (True, forms)):
            for act in acts:
                # A message's number is Discord's: any is one, and names nothing of ours.
                gone = [str(LARGEST), "4611686018427387904"] if act.shape != "form-publish:{message}" else []
                for text in [*NO_IDS, *gone] if "{" in act.shape else []:
                    answer = await send(stage.olga, stage.guild.add_channel("x"), act, filled(act, text), form=form)
                    assert answer.modal is None, (act.shape, text)
                    assert answer.ephemeral or not answer.followups, (act.shape, text)
                    assert re.search(r"gone|not here|any more|already|once more|know no", answer.text), answer.text
                    walked += 1
        assert walked > 200
        assert kept.rows() == before
        assert len(stage.channel.messages) == said
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_nothing_of_another_guild_is_touched_even_by_its_admins(
    stage: Stage, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    guild = stage.discord.add_guild("Elsewhere")
    eve = stage.discord.add_person("Eve", guild, admin=True)
    lobby = guild.add_channel("lobby")
    async with stage.bot() as life:
        kept = await everything(stage, life, tmp_path / "store.sqlite3")
        before, said = kept.rows(), len(stage.channel.messages)
        buttons, forms = acts_of(life)
        for form, acts in ((False, buttons), (True, forms)):
            for act in acts:
                # Its number is no row of ours: what is sent in counts, and that is Eve's own consent.
                if "{" not in act.shape or act.shape == "form-publish:{message}":
                    continue
                answer = await send(eve, lobby, act, kept.custom_ids[act.shape], form=form)
                assert answer.modal is None, act.shape
                assert re.search(r"gone|not here|any more|already", answer.text), (act.shape, answer.text)
        assert kept.rows() == before
        assert len(stage.channel.messages) == said
        assert len(stage.blog.received) == 0
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_members_press_nothing_that_is_for_managers_and_no_draft_of_others(stage: Stage, tmp_path: Path) -> None:
    async with stage.bot() as life:
        kept = await everything(stage, life, tmp_path / "store.sqlite3")
        before = kept.rows()
        buttons, forms = acts_of(life)
        public = {ReplyTarget.SHAPE, f"form-{ReplyTarget.SHAPE}", "form-publish:{message}", "form-profile"}
        for form, acts in ((False, buttons), (True, forms)):
            for act in acts:
                if act.shape in public:
                    continue
                answer = await send(stage.ben, stage.channel, act, kept.custom_ids[act.shape], form=form)
                own = "somebody else's" if act.shape.startswith("reply-draft:") else "Manage Server"
                assert own in answer.content, act.shape
        assert kept.rows() == before


@pytest.mark.parametrize("values", [[], ["x"], ["-1"], ["2"], ["25"], ["01"], [str(10**30)], [None], ["0", "1"], [7]])
async def test_a_choice_that_the_menu_does_not_have_is_gone(
    stage: Stage, caplog: pytest.LogCaptureFixture, values: list[object]
) -> None:
    stage.blog.others = [INK]
    async with stage.bot():
        proposal = await stage.add()
        (menu,) = [each for each in custom_ids_of(proposal) if each.startswith("proposal:feed")]
        answer = await press(stage.olga, stage.channel, menu, values=values)
        assert re.search(r"gone|already", answer.text)
        assert expect_answer(await stage.olga.press(proposal, "Start")).content.startswith("Started")
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_what_nobody_answers_any_more_is_told(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    async with stage.bot():
        for custom_id in ("", "blog", "blog:remove", "blog:remove:1:2", "form-connect:1", "x" * 100):
            answer = await press(stage.olga, stage.channel, custom_id)
            assert "do not know this button or form any more" in answer.content
            answer = await send_form(stage.olga, stage.channel, custom_id, text="x")
            assert "do not know this button or form any more" in answer.content
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_remove_pressed_twice_removes_one_blog(stage: Stage) -> None:
    second = stage.guild.add_channel("second")
    async with stage.bot():
        await stage.start()
        # A second blog whose title and address hold the first one's number.
        stage.blog.title = "Blog 1"
        await stage.olga.press(await stage.olga.command("blog add", url=INK.url, channel=second), "Start")
        questions = [await stage.olga.command("blog remove", blog="1") for _ in range(2)]
        told = [expect_answer(await stage.olga.press(each, "Remove")) for each in questions]
        assert told[0].content.startswith("Removed")
        assert "not here any more" in told[1].content
        left = await stage.store.subscriptions.of_guild(stage.guild.id)  # type: ignore[arg-type]
        assert [each.subscription.channel_id for each in left] == [second.id]
        # What was suggested while it was there names no other blog either.
        for words, options in (("show", {}), ("pause", {}), ("remove", {}), ("preview", {}), ("template", {})):
            answer = await stage.olga.command(f"blog {words}", blog="1", **options)
            assert "not here any more" in answer.content
        for number in (str(2**63), str(10**30)):
            assert "not here any more" in (await stage.olga.command("blog show", blog=number)).content


async def test_a_password_goes_to_the_blog_it_was_typed_for_or_nowhere(stage: Stage) -> None:
    second = stage.guild.add_channel("second")
    async with stage.bot():
        await stage.start()
        offered = await stage.olga.command("relay connect", blog="1")
        form = expect_modal(await stage.olga.press(offered, "Enter an application password"))
        assert "https://blog.example" in form.text
        stage.blog.title = "Blog 1"
        await stage.olga.press(await stage.olga.command("blog add", url=INK.url, channel=second), "Start")
        await stage.olga.press(await stage.olga.command("blog remove", blog="1"), "Remove")
        answer = await stage.olga.submit(form, username="bridge", password=PASSWORD)
        assert "not here any more" in answer.content
        assert stage.blog.tried == []


async def test_a_password_is_not_sent_to_another_address_than_was_shown(stage: Stage, tmp_path: Path) -> None:
    async with stage.bot():
        await stage.start()
        offered = await stage.olga.command("relay connect", blog="1")
        form = expect_modal(await stage.olga.press(offered, "Enter an application password"))
        with closing(sqlite3.connect(tmp_path / "store.sqlite3")) as connection, connection:
            connection.execute("UPDATE blogs SET api_root = 'https://evil.example/wp-json/'")
        refused = await stage.olga.submit(form, username="bridge", password=PASSWORD)
        assert "has changed" in refused.content
        assert "has changed" in expect_answer(await stage.olga.press(offered, "Enter an application password")).content
        assert stage.blog.tried == []


async def test_a_forged_card_shows_no_title_of_another_blog(stage: Stage) -> None:
    async with stage.bot() as life:
        await stage.connect()
        await stage.card(life)
        secret = await an_entry(stage.store, (await a_blog(stage.store, "https://secret.example/")).id, title="Secret")
        target = ReplyTarget(subscription_id=SubscriptionId(1), entry_id=secret.id)
        shown = await press(stage.mia, stage.channel, target.custom_id)
        assert shown.modal is None
        assert "not stored any more" in shown.content
        filled_in = {"text": "Words", "name": "Mia"}
        shown = await send_form(stage.mia, stage.channel, f"form-{target.custom_id}", **filled_in)
        assert "not stored any more" in shown.content
        assert stage.blog.received == []


def test_a_cards_button_is_read_back() -> None:
    async def answer(*_: object) -> None: ...

    act = ComponentHandler(ReplyTarget.SHAPE, answer, manager=False)
    for comment_id in (None, CommentId(LARGEST)):
        target = ReplyTarget(subscription_id=SubscriptionId(LARGEST), entry_id=EntryId(LARGEST), comment_id=comment_id)
        ids = act.read(target.custom_id)
        assert ids is not None
        assert ReplyTarget.of(ids) == target
    assert act.read("reply:1:2") is None
    assert act.read("reply-draft:1:2:3") is None
    with pytest.raises(NotFound):
        act.read("reply:x:1:")
