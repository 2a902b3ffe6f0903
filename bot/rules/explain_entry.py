"""Why an entry was posted in a channel, or not: what its stages decided, put in order, and one conclusion. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.model.decision import Decision, Stage
from bot.model.delivery import DeliveryState
from bot.model.entry import Comment, Entry
from bot.model.message import ChatPost, MessageRef
from bot.model.status import DeliveryView
from bot.model.subscription import PostedMessage, Subscription
from bot.model.trace import Step, Trace
from bot.rules.html_to_discord.convert import escape, unescape_line
from bot.rules.messages.cards import entry_title
from bot.rules.threading import message_link

_NAMES: Final = {
    Stage.FETCHED: "Fetched",
    Stage.PARSED: "Parsed",
    Stage.IDENTITY: "Identity",
    Stage.NEWS: "New or known",
    Stage.ROUTED: "Routed",
    Stage.FILTERED: "Filtered",
    Stage.QUEUED: "Queued",
    Stage.RENDERED: "Rendered",
    Stage.SENT: "Sent",
}
#: What a stage's sentence begins with where it says no; the conclusion says it in its own words.
_NO: Final = re.compile(r"^(?:Not posted|Not news|Left out so far|Left out): ")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFacts:
    """Everything known about an entry in one subscription."""

    entry: Entry
    subscription: Subscription
    decisions: Sequence[Decision]
    #: how its announcement fares; None: there is none, or it was done long ago
    delivery: DeliveryView | None
    #: the message that stands for it
    link: PostedMessage | None
    #: as it would be posted now
    card: ChatPost


def entry_trace(facts: EntryFacts) -> Trace:
    """Tell an entry's way through the pipeline."""
    decided = {each.stage: each for each in facts.decisions}
    if facts.link is None and _waits(facts.delivery):
        # What a former life of the delivery came to counts no more.
        decided.pop(Stage.SENT, None)
    steps = [*_before(facts, decided), *(_step(facts, decided, stage) for stage in Stage), *_since(facts)]
    return Trace(
        title=entry_title(facts.entry),
        url=facts.entry.link,
        steps=tuple(steps),
        conclusion=_conclude(facts, decided),
    )


def where(link: PostedMessage, subscription: Subscription) -> str:
    """Return the address of a message that stands for an item."""
    return message_link(subscription.guild_id, MessageRef(channel_id=link.channel_id, message_id=link.message_id))


def moment(at: datetime) -> str:
    """Write a time as everybody's Discord shows it for them."""
    return f"<t:{int(at.timestamp())}:R>"


def removed_since(item: Entry | Comment) -> str:
    """Say, within a sentence that something was posted, that its blog has removed it; nothing if it has not."""
    return "" if item.gone_at is None else f", and removed from the blog {moment(item.gone_at)}"


def unsent(delivery: DeliveryView | None, subscription: Subscription) -> str | None:
    """Say why a delivery that waits has not arrived, in Markdown; None: none waits."""
    if delivery is None or not _waits(delivery):
        return None
    if subscription.parked_reason is not None:
        return f"Not posted yet, because the channel cannot be used: {escape(subscription.parked_reason)}"
    if delivery.error is None:
        return f"Not posted yet, because it waits for its turn, {moment(delivery.due_at)}."
    return (
        f"Not posted yet, because an attempt failed: {escape(delivery.error)} "
        f"It is tried again {moment(delivery.due_at)}."
    )


def sending(delivery: DeliveryView | None) -> Step | None:
    """Tell how a delivery fares that came to nothing so far; None: there is none."""
    if delivery is None or delivery.state is DeliveryState.DONE:
        return None
    if delivery.state is DeliveryState.DEAD:
        return Step(name="Sent", passed=False, text=delivery.error or "It failed.", at=delivery.settled_at)
    tried = f"{delivery.attempts} attempts so far" if delivery.attempts != 1 else "1 attempt so far"
    error = f"; the last one: {delivery.error}" if delivery.error else ""
    return Step(name="Sent", passed=None, text=f"It waits; {tried}{error}.")


def _waits(delivery: DeliveryView | None) -> bool:
    return delivery is not None and delivery.state is DeliveryState.WAITING


def _before(facts: EntryFacts, decided: dict[Stage, Decision]) -> Iterator[Step]:
    """Tell of an entry whose coming was recorded nowhere when it was seen."""
    if Stage.NEWS not in decided:
        text = "It stood on the blog when the bot first looked, so it was known from the beginning."
        if facts.entry.is_stub:
            text = "Only a comment told of it; the blog's feed has not shown it."
        yield Step(name="Seen", passed=True, text=text, at=facts.entry.first_seen_at)


def _step(facts: EntryFacts, decided: dict[Stage, Decision], stage: Stage) -> Step:
    name, decision = _NAMES[stage], decided.get(stage)
    if decision is not None:
        return Step(name=name, passed=decision.passed, text=decision.text, at=decision.at)
    if stage is Stage.RENDERED:
        picture = "with a picture" if facts.card.image_url else "without a picture"
        text = f"Now it would be a card titled “{unescape_line(facts.card.title, limit=100)}”, {picture}."
        return Step(name=name, passed=None, text=text)
    if stage is Stage.SENT:
        if facts.link is not None:
            return Step(name=name, passed=True, text=f"It stands in <#{facts.link.channel_id}>.")
        if (under_way := sending(facts.delivery)) is not None:
            return under_way
    return Step(name=name, passed=None, text="It did not come to this." if facts.link is None else "Not recorded.")


def _since(facts: EntryFacts) -> Iterator[Step]:
    entry = facts.entry
    if entry.edits:
        times = "once" if entry.edits == 1 else f"{entry.edits} times"
        yield Step(name="Edited", passed=True, text=f"Its message was brought up to date {times}.", at=entry.edited_at)
    if entry.gone_at is not None:
        yield Step(name="Removed", passed=True, text="It is gone from the blog.", at=entry.gone_at)


def _conclude(facts: EntryFacts, decided: dict[Stage, Decision]) -> str:
    refused = next((each for each in decided.values() if not each.passed), None)
    if facts.link is not None:
        # An entry that nobody wanted gets its thread when somebody comments on it.
        because = " because somebody commented on it" if refused else ""
        since = removed_since(facts.entry)
        return f"Posted{because}{since}: {where(facts.link, facts.subscription)}"
    late = unsent(facts.delivery, facts.subscription)
    if late is not None:
        return late
    if refused is not None:
        return _refusal(refused)
    return _unrefused(facts, decided)


def _refusal(refused: Decision) -> str:
    said = escape(_NO.sub("", refused.text))
    match refused.stage:
        case Stage.NEWS | Stage.ROUTED:
            return f"Not posted, because {said}"
        case Stage.FILTERED:
            return f"Not posted, because the filter left it out: {said}"
        case Stage.QUEUED:
            return f"Not posted by itself, because {said}"
        case Stage.SENT:
            return f"Not posted, because it could not be sent: {said}"
        case _:
            return f"Not posted, because it ended at “{_NAMES[refused.stage]}”: {said}"


def _unrefused(facts: EntryFacts, decided: dict[Stage, Decision]) -> str:
    subscription, seen = facts.subscription, facts.entry.first_seen_at
    if Stage.QUEUED in decided:
        return "Not posted, because what waited for this channel was dropped when the blog was paused here."
    if facts.entry.is_stub:
        return "Not posted, because only a comment told of it, and the blog's feed has not shown it."
    if seen < subscription.started_at:
        return (
            f"Not posted, because it was known ({moment(seen)}) before the blog was started or resumed here "
            f"({moment(subscription.started_at)})."
        )
    if subscription.paused_at is not None:
        return f"Not posted, because the blog is paused here, {moment(subscription.paused_at)}."
    return "Not posted, because it came with the bot's silent look at the blog, which posts nothing."
