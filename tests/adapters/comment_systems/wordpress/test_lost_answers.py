"""Answers that do not come, or not from WordPress: nothing is doubled, and nothing is called final that is not."""

from datetime import timedelta

import pytest

from bot.model.errors import Refused, TemporaryError
from bot.model.ids import NativeId
from bot.model.reply import Held, Published, PublishOutcome, Rejected
from sandbox.blog.blog import SandboxBlog
from sandbox.blog.faults import Faults
from tests.adapters.comment_systems.wordpress.conftest import Desk

COMMENTS = "*/wp/v2/comments"


def faults(desk: Desk) -> Faults:
    assert isinstance(desk.blog, SandboxBlog)
    return desk.blog.faults


async def attempt_again(desk: Desk) -> PublishOutcome:
    """What the dispatcher does on a second attempt."""
    found = await desk.client.find(desk.comment())
    return found or await desk.client.publish(desk.comment())


async def _hang_up(desk: Desk) -> None:
    faults(desk).drop_after(COMMENTS, method="POST")


async def _break_late(desk: Desk) -> None:
    faults(desk).status_after(COMMENTS, 500, method="POST")


async def _garbage(desk: Desk) -> None:
    faults(desk).garbage(COMMENTS, method="POST")


async def _page(desk: Desk) -> None:
    faults(desk).html(COMMENTS, method="POST")


@pytest.mark.parametrize("moderated", [False, True])
@pytest.mark.parametrize("trouble", [_hang_up, _break_late, _garbage, _page])
async def test_a_lost_answer_never_doubles(sandbox_desk: Desk, trouble, moderated: bool) -> None:
    desk = sandbox_desk
    await desk.blog.configure(comment_moderation=moderated)
    await trouble(desk)
    with pytest.raises(TemporaryError):
        await desk.client.publish(desk.comment("It's <strong>so</strong>."))
    [comment] = await desk.blog.comments()
    outcome = await desk.client.find(desk.comment("It's <strong>so</strong>."))
    if outcome is None:
        outcome = await desk.client.publish(desk.comment("It's <strong>so</strong>."))
    if moderated:
        assert outcome == Held(native_id=None)
    else:
        assert outcome == Published(native_id=NativeId(str(comment.id)), url=comment.link)
    assert len(await desk.blog.comments()) == 1


async def test_a_request_that_never_arrived_is_sent_again(sandbox_desk: Desk) -> None:
    faults(sandbox_desk).drop(COMMENTS, method="POST")
    with pytest.raises(TemporaryError):
        await sandbox_desk.client.publish(sandbox_desk.comment())
    assert isinstance(await attempt_again(sandbox_desk), Published)
    assert len(await sandbox_desk.blog.comments()) == 1


async def test_blogs_that_drop_links_still_know_their_own(sandbox_desk: Desk) -> None:
    desk = sandbox_desk
    twin = await desk.blog.comment(
        desk.post, text="I agree.", author="Mia from chat", email=desk.comment().author_email
    )
    outcome = await desk.client.publish(desk.comment())
    assert outcome == Published(native_id=NativeId(str(twin.id)), url=twin.link)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
async def test_a_fault_of_the_blog_is_temporary(sandbox_desk: Desk, status: int) -> None:
    faults(sandbox_desk).status(COMMENTS, status, method="POST")
    with pytest.raises(TemporaryError):
        await sandbox_desk.client.publish(sandbox_desk.comment())


@pytest.mark.parametrize(
    ("told", "wait"),
    [("40", timedelta(seconds=40)), ("999999", timedelta(minutes=15)), ("9999999", timedelta(minutes=15))],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_slowing_down_as_told_but_not_for_days(
    sandbox_desk: Desk, status: int, told: str, wait: timedelta
) -> None:
    faults(sandbox_desk).status(COMMENTS, status, method="POST", headers={"Retry-After": told})
    with pytest.raises(TemporaryError) as caught:
        await sandbox_desk.client.publish(sandbox_desk.comment())
    assert caught.value.retry_after == wait


@pytest.mark.parametrize("status", [403, 413, 406])
async def test_a_firewall_in_between(sandbox_desk: Desk, status: int) -> None:
    faults(sandbox_desk).status(COMMENTS, status, method="POST")
    outcome = await sandbox_desk.client.publish(sandbox_desk.comment())
    assert isinstance(outcome, Rejected)


@pytest.mark.parametrize("status", [301, 302, 308, 401])
async def test_a_blog_that_moved_or_hides_is_a_matter_for_the_admins(sandbox_desk: Desk, status: int) -> None:
    faults(sandbox_desk).status(COMMENTS, status, method="POST", headers={"Location": "/elsewhere"})
    with pytest.raises(Refused):
        await sandbox_desk.client.publish(sandbox_desk.comment())


@pytest.mark.parametrize("path", ["*/users/me", "*/comments/*"])
@pytest.mark.parametrize("trouble", ["garbage", "html", "drop"])
async def test_what_cannot_be_found_out_beforehand_sends_nothing(sandbox_desk: Desk, path: str, trouble: str) -> None:
    desk = sandbox_desk
    parent = await desk.blog.comment(desk.post, text="First!")
    getattr(faults(desk), trouble)(path, times=None)
    with pytest.raises(TemporaryError):
        await desk.client.publish(desk.comment(parent=parent.id))
    assert len(await desk.blog.comments()) == 1


@pytest.mark.parametrize("trouble", ["garbage", "html", "drop"])
async def test_looking_and_following_are_temporary_too(sandbox_desk: Desk, trouble: str) -> None:
    getattr(faults(sandbox_desk), trouble)(times=None)
    with pytest.raises(TemporaryError):
        await sandbox_desk.client.find(sandbox_desk.comment())
    with pytest.raises(TemporaryError):
        await sandbox_desk.client.follow(NativeId("1"))
