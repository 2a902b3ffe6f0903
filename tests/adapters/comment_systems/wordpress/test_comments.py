"""Publishing on the sandbox's blog and on a real WordPress: what goes well, and each way it is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.comment_systems.wordpress.responses import DISCONNECTED, PARENT_GONE, SAID_BEFORE, TRASHED
from bot.model.errors import PermanentError, Refused, TemporaryError
from bot.model.ids import NativeId
from bot.model.reply import Held, OutgoingComment, Published, Rejected, RejectionReason
from sandbox.blog.interface import Comment
from tests.adapters.comment_systems.wordpress.conftest import LINK, Desk, Seat

PARENT_IS_GONE = Rejected(text=PARENT_GONE, reason=RejectionReason.PARENT_GONE)


async def stored(desk: Desk) -> list[Comment]:
    return await desk.blog.comments(desk.post)


async def test_a_guests_comment_under_the_public_name(desk: Desk) -> None:
    outcome = await desk.client.publish(desk.comment("I &amp; you <em>agree</em>."))
    [comment] = await stored(desk)
    assert outcome == Published(native_id=NativeId(str(comment.id)), url=comment.link)
    assert (comment.author, comment.author_url, comment.user_id) == ("Mia from chat", LINK, 0)
    assert comment.author_email == "k3vq0z@members.backchannel.invalid"
    assert comment.content == "I &amp; you <em>agree</em>."


async def test_with_plain_permalinks(desk: Desk) -> None:
    await desk.blog.configure(permalinks="plain")
    plain = replace(desk, api_root=f"{desk.blog.url}index.php?rest_route=/")
    outcome = await plain.client.publish(desk.comment())
    assert isinstance(outcome, Published)
    assert await plain.client.find(desk.comment()) == outcome
    assert await plain.client.follow(outcome.native_id) == outcome
    assert (await plain.client.check()).name == "The bridge"


async def test_a_reply_under_its_parent(desk: Desk) -> None:
    parent = await desk.blog.comment(desk.post, text="First!")
    await desk.client.publish(desk.comment(parent=parent.id))
    assert (await stored(desk))[-1].parent == parent.id


@pytest.mark.parametrize("fate", ["hold", "spam", "trash", "delete"])
async def test_a_parent_out_of_sight(desk: Desk, fate: str) -> None:
    parent = await desk.blog.comment(desk.post, text="First!")
    await desk.blog.moderate(parent.id, fate)  # type: ignore[arg-type]
    before = len(await stored(desk))
    assert await desk.client.publish(desk.comment(parent=parent.id)) == PARENT_IS_GONE
    assert len(await stored(desk)) == before


async def test_a_parent_out_of_sight_of_all_but_the_moderator(seat: Seat) -> None:
    desk = await seat(role="editor")
    parent = await desk.blog.comment(desk.post, text="First!", status="hold")
    assert await desk.client.publish(desk.comment(parent=parent.id)) == PARENT_IS_GONE


async def test_a_parent_on_another_post(desk: Desk) -> None:
    other = await desk.blog.publish(title="Other", html="<p>Other.</p>")
    parent = await desk.blog.comment(other, text="First!")
    assert await desk.client.publish(desk.comment(parent=parent.id)) == Rejected(text=PARENT_GONE)
    assert not await stored(desk)


async def test_held_for_the_moderator(desk: Desk) -> None:
    await desk.blog.configure(comment_moderation=True)
    outcome = await desk.client.publish(desk.comment())
    [comment] = await stored(desk)
    assert (outcome, comment.status) == (Held(native_id=NativeId(str(comment.id))), "hold")


async def test_a_disallowed_word(desk: Desk) -> None:
    await desk.blog.configure(disallowed_words=["casino"])
    assert await desk.client.publish(desk.comment("Casino night")) == Rejected(text=TRASHED)


async def test_flood(seat: Seat) -> None:
    desk = await seat()
    await desk.client.publish(desk.comment())
    with pytest.raises(TemporaryError) as told:
        await desk.client.publish(desk.comment("And another."))
    assert told.value.retry_after is not None
    assert timedelta(seconds=15) <= told.value.retry_after <= timedelta(seconds=30)


async def _closed(desk: Desk) -> None:
    await desk.blog.close_comments(desk.post)


async def _draft(desk: Desk) -> None:
    await desk.blog.set_post_status(desk.post, "draft")


async def _private(desk: Desk) -> None:
    await desk.blog.set_post_status(desk.post, "private")


async def _trashed(desk: Desk) -> None:
    await desk.blog.trash_post(desk.post)


@pytest.mark.parametrize(
    ("act", "words"),
    [(_closed, "closed"), (_draft, "draft"), (_private, "does not show"), (_trashed, "Trash")],
)
async def test_a_post_that_takes_no_comment(desk: Desk, act, words: str) -> None:
    await act(desk)
    assert words in _sentence(await desk.client.publish(desk.comment()))


async def test_a_post_that_is_not_there(desk: Desk) -> None:
    nowhere = replace(desk.comment(), entry_native_id=NativeId("4242"))
    assert "removed from the blog" in _sentence(await desk.client.publish(nowhere))


@pytest.mark.parametrize("number", ["", "../posts", "1?x", "-1", "²", "1 "])
async def test_numbers_that_are_none(desk: Desk, number: str) -> None:
    with pytest.raises(PermanentError):
        await desk.client.publish(replace(desk.comment(), entry_native_id=NativeId(number)))
    with pytest.raises(PermanentError):
        await desk.client.follow(NativeId(number))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"html": "  "}, "has no text that the blog can show"),
        ({"html": "x" * 65_526}, "too long"),
        ({"html": "a \ud800 surrogate"}, "unusual characters"),
        ({"author_name": "n" * 246}, "name is too long"),
        ({"author_email": f"{'e' * 90}@members.invalid"}, "address"),
        ({"author_url": f"https://discord.com/{'u' * 190}"}, "link"),
        ({"author_name": ""}, "name"),
        ({"html": "&" * 60_000}, "could not store"),
    ],
)
async def test_what_the_blog_cannot_take(desk: Desk, change: dict[str, str], words: str) -> None:
    assert words in _sentence(await desk.client.publish(replace(desk.comment(), **change)))
    assert not await stored(desk)


async def test_saying_the_same_twice(desk: Desk) -> None:
    await desk.client.publish(desk.comment('It\'s "true" -- I agree &amp; so on...'))
    again = desk.again('It\'s "true" -- I agree &amp; so on...')
    assert await desk.client.publish(again) == Rejected(text=SAID_BEFORE)
    assert len(await stored(desk)) == 1


async def test_our_own_earlier_send_is_no_duplicate(desk: Desk) -> None:
    first = await desk.client.publish(desk.comment())
    assert isinstance(first, Published)
    assert await desk.client.publish(desk.comment()) == first
    assert len(await stored(desk)) == 1


async def test_our_own_earlier_send_that_is_held(desk: Desk) -> None:
    await desk.blog.configure(comment_moderation=True)
    await desk.client.publish(desk.comment())
    assert await desk.client.publish(desk.comment()) == Held(native_id=None)
    assert len(await stored(desk)) == 1


async def test_a_moderators_account_finds_its_held_one(seat: Seat) -> None:
    rights = ("edit_posts", "edit_others_posts", "edit_published_posts", "moderate_comments")
    desk = await seat(capabilities=rights)
    await desk.blog.comment(
        desk.post, text="I agree.", author="Mia from chat", email=desk.comment().author_email, url=LINK, status="hold"
    )
    [comment] = await stored(desk)
    assert await desk.client.find(desk.comment()) == Held(native_id=NativeId(str(comment.id)))
    assert await desk.client.publish(desk.comment()) == Held(native_id=NativeId(str(comment.id)))
    await desk.blog.moderate(comment.id, "spam")
    assert await desk.client.find(desk.comment()) is None
    assert "Spam" in _sentence(await desk.client.publish(desk.comment()))


async def test_a_wrong_password_is_told_to_the_admins(desk: Desk) -> None:
    with pytest.raises(Refused) as told:
        await desk.with_password("abcd efgh ijkl mnop qrst uvwx").publish(desk.comment())
    assert told.value.text == DISCONNECTED
    assert not await stored(desk)


@pytest.mark.parametrize("guests", [True, False])
async def test_a_revoked_password_never_publishes_as_nobody(desk: Desk, guests: bool) -> None:
    await desk.blog.configure(anonymous_rest_comments=guests)
    await desk.blog.revoke_application_passwords(desk.login)
    with pytest.raises(Refused) as told:
        await desk.client.publish(desk.comment())
    assert told.value.text == DISCONNECTED
    assert not await stored(desk)


async def test_found_only_by_its_own_link(desk: Desk) -> None:
    assert await desk.client.find(desk.comment()) is None
    await desk.blog.comment(desk.post, text=f"Look: {LINK}")
    other = await desk.blog.publish(title="Other", html="<p>Other.</p>")
    await desk.client.publish(desk.on(other))
    assert await desk.client.find(desk.comment()) is None
    outcome = await desk.client.publish(desk.comment())
    assert await desk.client.find(desk.comment()) == outcome


async def test_a_held_one_cannot_be_found_by_a_subscriber(desk: Desk) -> None:
    await desk.blog.configure(comment_moderation=True)
    await desk.client.publish(desk.comment())
    assert await desk.client.find(desk.comment()) is None


async def test_following_a_held_comment(desk: Desk) -> None:
    await desk.blog.configure(comment_moderation=True)
    held = await desk.client.publish(desk.comment())
    assert isinstance(held, Held)
    assert held.native_id is not None
    number = int(held.native_id)
    assert await desk.client.follow(held.native_id) == held
    await desk.blog.moderate(number, "approve")
    assert isinstance(await desk.client.follow(held.native_id), Published)
    await desk.blog.moderate(number, "spam")
    assert await desk.client.follow(held.native_id) == held
    await desk.blog.moderate(number, "delete")
    assert "deleted" in _sentence(await desk.client.follow(held.native_id))


async def test_following_as_a_moderator_sees_the_verdict(seat: Seat) -> None:
    desk = await seat(role="editor")
    comment = await desk.blog.comment(desk.post, text="I agree.", status="spam")
    assert "Spam" in _sentence(await desk.client.follow(NativeId(str(comment.id))))
    await desk.blog.moderate(comment.id, "trash")
    assert "Trash" in _sentence(await desk.client.follow(NativeId(str(comment.id))))


def _sentence(outcome: object) -> str:
    assert isinstance(outcome, Rejected)
    assert outcome.text.endswith(".")
    assert "_" not in outcome.text
    return outcome.text


async def test_nothing_shows_the_password(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    secret = desk.password.replace(" ", "")
    client = desk.client
    with pytest.raises(Refused) as told:
        await desk.with_password(f"{desk.password} x").publish(desk.comment())
    shown = [repr(client), repr(vars(client)), repr(told.value), caplog.text]
    assert not [text for text in shown if secret in text.replace(" ", "") or desk.password in text]


def test_comment_is_what_the_bridge_sends(sandbox_desk: Desk) -> None:
    assert isinstance(sandbox_desk.comment(), OutgoingComment)
