"""Why a comment was posted or not, and why something was never seen at all. Pure; entries are in ``why``."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.model.comment_batch import SummarisedComment
from bot.model.entry import Comment, CommentKind, Entry
from bot.model.feed import Blog, Feed
from bot.model.filter import Verdict
from bot.model.status import DeliveryView
from bot.model.subscription import PostedMessage, Subscription
from bot.model.trace import Step, Trace
from bot.rules.explain_entry import moment, removed_since, sending, unsent, where
from bot.rules.filters import apply_filter
from bot.rules.html_to_discord.convert import escape, text_line
from bot.rules.messages.cards import entry_title, in_bold

_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentFacts:
    """Everything known about a comment in one subscription."""

    comment: Comment
    entry: Entry
    subscription: Subscription
    delivery: DeliveryView | None
    link: PostedMessage | None
    #: the message that stands for its entry
    entry_link: PostedMessage | None
    #: how it fared if it was not to be posted by itself
    summed: SummarisedComment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """An unknown item that an admin asked about, and the state of the feeds that could have shown it."""

    asked: str
    blog: Blog
    subscription: Subscription
    feeds: Sequence[Feed]
    #: the newest entry that is known
    newest: Entry | None


def comment_trace(facts: CommentFacts) -> Trace:
    """Tell a comment's way, as far as it is kept."""
    comment, subscription = facts.comment, facts.subscription
    verdict = _route(facts)
    what = f"A {comment.kind}" if comment.kind.is_mention else "A comment"
    title = f"{what} of {text_line(comment.author, limit=_NAME) or 'somebody'} on {entry_title(facts.entry)}"
    steps = [
        Step(name="Fetched", passed=True, text=f"Told by the blog as {comment.uid[:100]}.", at=comment.first_seen_at),
        Step(name="Routed", passed=verdict.passed, text=verdict.reason[:1].upper() + verdict.reason[1:]),
    ]
    if facts.link is not None:
        steps.append(Step(name="Sent", passed=True, text=f"It stands in <#{facts.link.channel_id}>."))
        conclusion = f"Posted{removed_since(comment)}: {where(facts.link, subscription)}"
    else:
        sent = sending(facts.delivery) or _in_summary(facts.summed, comment.kind)
        steps.append(sent or Step(name="Sent", passed=None, text="It did not come to this."))
        late = unsent(facts.delivery, subscription)
        reason = sent.text if sent is not None else verdict.reason
        if sent is None and verdict.passed:
            reason = (
                "it was old when the bot first read the blog's comments, was dropped when the blog was paused here, or "
                "its thread was locked or deleted."
            )
        conclusion = late or f"Not posted, because {escape(reason)}"
    if comment.gone_at is not None:
        steps.append(Step(name="Removed", passed=True, text="It is gone from the blog.", at=comment.gone_at))
    return Trace(title=title, url=comment.link, steps=tuple(steps), conclusion=conclusion)


def unseen_trace(facts: Unseen) -> Trace:
    """Tell why nothing is known of what was asked for."""
    url = facts.asked if facts.asked.startswith(("http://", "https://")) else None
    feeds = facts.feeds
    return Trace(
        title=text_line(facts.asked, limit=200),
        url=url,
        steps=tuple(map(_fetched, feeds)),
        conclusion=f"Not posted, because it was never seen: {_why_unseen(facts, feeds[0] if feeds else None, url)}",
    )


def _in_summary(summed: SummarisedComment | None, kind: CommentKind) -> Step | None:
    if summed is None:
        return None
    many = "too many mentions" if kind.is_mention else "too many comments"
    text = f"{many} came at once, so it was only counted in a summary."
    if summed.summarised_at is None:
        text = f"{many} came at once, so it is only counted in a summary, which is still to be posted."
    return Step(name="Summed up", passed=False, text=text, at=summed.summarised_at or summed.added_at)


def _route(facts: CommentFacts) -> Verdict:
    comment, subscription = facts.comment, facts.subscription
    if facts.link is not None:
        return Verdict(passed=True, reason="It was wanted here.")
    if not subscription.comments:
        return Verdict(passed=False, reason="comments of this blog are not posted here.")
    if not subscription.shows(comment):
        reason = "mentions by other sites are not posted here. /blog mentions switches them on."
        return Verdict(passed=False, reason=reason)
    if subscription.paused_at is not None:
        return Verdict(passed=False, reason="the blog is paused here.")
    since = subscription.pingbacks_since if comment.kind.is_mention else None
    if since is not None and comment.first_seen_at < since:
        return Verdict(passed=False, reason="it was known before mentions were switched on here.")
    if comment.first_seen_at < subscription.started_at:
        return Verdict(passed=False, reason="it was known before the blog was started or resumed here.")
    if facts.entry_link is None and not (judged := apply_filter(subscription.filter, facts.entry)).passed:
        return Verdict(passed=False, reason=f"its entry is not wanted here. {judged.reason}")
    return Verdict(passed=True, reason="It appeared after the blog was started here.")


def _fetched(feed: Feed) -> Step:
    if feed.last_polled_at is None:
        return Step(name="Fetched", passed=None, text="The feed has not been read yet.")
    if feed.failures:
        times = f", {feed.failures} times in a row" if feed.failures > 1 else ""
        text = f"The feed could not be read{times}: {feed.last_error or 'no reason is known.'}"
        return Step(name="Fetched", passed=False, text=text, at=feed.last_polled_at)
    text = "The feed was read, and nothing like it was in it."
    return Step(name="Fetched", passed=True, text=text, at=feed.last_polled_at)


def _why_unseen(facts: Unseen, feed: Feed | None, url: str | None) -> str:
    home, asked = urlsplit(facts.blog.home_url).hostname, _host(url)
    if asked and home and asked.removeprefix("www.") != home.removeprefix("www."):
        return f"it stands on {escape(asked)}, and {in_bold(facts.blog.title)} on {escape(home)}."
    if feed is None or feed.last_polled_at is None:
        return "the blog's feed has not been read yet."
    if feed.stopped_at is not None:
        return f"the feed is gone, {moment(feed.stopped_at)}, and hardly asked any more."
    if feed.failures:
        return f"the feed cannot be read. It is tried again {moment(feed.next_poll_at)}."
    if facts.subscription.paused_at is not None:
        return f"the blog is paused here, {moment(facts.subscription.paused_at)}, so nobody may have read its feed."
    newest = f" The newest that I know is “{escape(entry_title(facts.newest))}”." if facts.newest else ""
    return (
        f"the feed did not hold it {moment(feed.last_polled_at)}.{newest} A feed holds what its blog published last; "
        f"what came and went between two readings is never seen. The next is {moment(feed.next_poll_at)}."
    )


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url).hostname if url else None
    except ValueError:
        return None
