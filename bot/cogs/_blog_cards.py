"""The cards behind ``/blog``: what was found, what goes where, how it fares. Words only; sends nothing."""

from collections.abc import Sequence
from typing import Final

import discord

from bot.bridge.admin.blogs import BlogView
from bot.bridge.admin.subscribing import ProposedBlog, StartedBlog
from bot.cogs._cards import DESCRIPTION, FIELD, address, button, cut, escaped, menu, row, when
from bot.cogs._settings_cards import settings_text
from bot.model.feed import Feed, FeedFormat, FeedKind, FoundFeed, PushProtocol
from bot.model.redact import redacted, shown_url
from bot.model.subscription import Placement, SubscribedBlog, Subscription
from bot.model.websub import HubSubscription, HubSubscriptionState
from bot.rules.comment_systems import describe_comment_source, is_writable
from bot.rules.links import linked_title, masked
from bot.rules.messages.connections import reply_lines

_TITLE: Final = 100
_CHOICES: Final = 25

_PLACEMENTS: Final = {
    Placement.THREAD: "each entry as a message with its own thread",
    Placement.FORUM: "each entry as a forum post, with the tags its categories name, or the first if it must have one",
    Placement.CHANNEL: "each entry as a message, without a thread",
}
_OPENS: Final = {
    Placement.THREAD: "opens its thread",
    Placement.FORUM: "opens its post",
    Placement.CHANNEL: "has it posted",
}
_KINDS: Final = {
    FeedKind.ENTRIES: "Entries",
    FeedKind.COMMENTS: "Comments",
    FeedKind.ENTRY_COMMENTS: "Comments on one entry",
    FeedKind.MENTIONS: "Mentions",
    FeedKind.ACCOUNT_COMMENTS: "Comments, read with the connected account",
}


def proposal_card(proposed: ProposedBlog) -> discord.Embed:
    """Show what discovery found, before anything starts."""
    proposal, found = proposed.proposal, proposed.proposal.found
    url = shown_url(found.home_url)
    embed = discord.Embed(
        title=linked_title(found.title, url, limit=_TITLE) or url,
        url=url,
        description="This is what I found. Nothing is posted until you press **Start**.",
    )
    others = len(proposal.candidates) - 1
    feed = address(found.entries.url)
    if others > 0:
        feed += f"\n{others} more {'was' if others == 1 else 'were'} found: choose another from the menu."
    embed.add_field(name="Feed", value=feed, inline=False)
    if proposed.push:
        embed.add_field(name="Push", value="offered by the blog", inline=False)
    elsewhere = describe_comment_source(found)
    comments = _feed_name(found.comments) if found.comments else elsewhere or "none found, so no comments are posted"
    if (found.comments or elsewhere) and not proposal.comments:
        comments += "\nYou chose not to have comments posted."
    embed.add_field(name="Comment feed", value=comments, inline=False)
    embed.add_field(name="Comment system", value=_systems(proposed.systems), inline=False)
    if proposed.connected_as is not None:
        embed.add_field(name="Replies", value=f"connected as **{escaped(proposed.connected_as, 60)}**", inline=False)
    embed.add_field(name="Newest entry", value=_newest(proposed), inline=False)
    embed.add_field(name="Goes to", value=f"<#{proposal.channel_id}>, {_PLACEMENTS[proposal.placement]}", inline=False)
    return embed


def proposal_buttons(proposed: ProposedBlog) -> discord.ui.View:
    """Offer to start or not, and to choose another feed where there are several. Must run on the event loop."""
    proposal = proposed.proposal
    choices = [
        (" ".join(each.title.split()) or shown_url(each.url), shown_url(each.url))
        for each in proposal.candidates[:_CHOICES]
    ]
    urls = [each.url for each in proposal.candidates]
    chosen = urls.index(proposal.found.entries.url) if proposal.found.entries.url in urls else -1
    return row(
        menu(f"proposal:feed:{proposal.id}", choices, chosen) if len(choices) > 1 else None,
        button("Start", f"proposal:start:{proposal.id}", discord.ButtonStyle.success),
        button("Cancel", f"proposal:cancel:{proposal.id}"),
    )


def started_text(started: StartedBlog) -> str:
    """Say that it began, and what to do next."""
    title, channel = escaped(started.blog.title, _TITLE), f"<#{started.subscription.channel_id}>"
    known = "100 or more entries are" if started.known >= 100 else f"{started.known} entries are"
    if started.known == 1:
        known = "1 entry is"
    next_step = ""
    if started.connected:
        next_step = "\nThe blog is connected already: choose with `/relay mode` how members reply from here."
    elif is_writable(started.blog):
        next_step = "\nNext: let members reply on the blog with `/relay connect`."
    return (
        f"Started: **{title}** goes to {channel}. {known} known already and not posted "
        f"(unless somebody comments on one: that {_OPENS[started.subscription.placement]}). "
        f"New ones will be.{next_step}"
    )


def list_card(blogs: list[SubscribedBlog]) -> discord.Embed:
    """List a guild's blogs, a line each."""
    lines = [
        f"{masked(each.blog.title or 'Blog', shown_url(each.blog.home_url), limit=_TITLE)} "
        f"in <#{each.subscription.channel_id}>: {_state(each.subscription)}, replies {_replies(each)}"
        for each in blogs
    ]
    return discord.Embed(title="Blogs on this server", description=cut(lines, DESCRIPTION))


def blog_card(view: BlogView) -> discord.Embed:
    """Show one blog's settings and health."""
    subscribed = view.subscribed
    subscription, blog = subscribed.subscription, subscribed.blog
    url = shown_url(blog.home_url)
    embed = discord.Embed(title=linked_title(blog.title, url, limit=_TITLE) or url, url=url)
    embed.add_field(name="Goes to", value=f"<#{subscription.channel_id}>, {_PLACEMENTS[subscription.placement]}")
    embed.add_field(name="Comments here", value=_comments(view))
    embed.add_field(name="Replies", value=_replies(subscribed))
    if view.trouble is not None:
        text = f"does not work, since {when(view.trouble.since)}: {escaped(redacted(view.trouble.text), 600)}"
        embed.add_field(name="Connection", value=text[:FIELD], inline=False)
    if troubled := reply_lines(view.replies):
        embed.add_field(name="Replies on their way", value=cut(troubled, FIELD), inline=False)
    for name, value in settings_text(subscription):
        embed.add_field(name=name, value=value, inline=False)
    embed.add_field(name="State", value=_state(subscription)[:FIELD], inline=False)
    embed.add_field(name="Started", value=when(subscription.started_at), inline=False)
    hub_subscriptions = {each.feed_id: each for each in view.hub_subscriptions}
    shown = [feed for feed in view.feeds if _is_shown(feed, subscribed)]
    for feed in shown[:5]:
        embed.add_field(name=_KINDS[feed.kind], value=health(feed, hub_subscriptions.get(feed.id)), inline=False)
    single = [feed for feed in view.feeds if feed.kind is FeedKind.ENTRY_COMMENTS]
    if single:
        failing = sum(feed.failures > 0 for feed in single)
        text = f"{len(single)} feeds of comments on one entry each, {failing} of them failing"
        embed.add_field(name="Comments of entries", value=text, inline=False)
    for notice in view.notices:
        embed.add_field(name="Notice", value=f"{when(notice.created_at)}: {notice.text}"[:FIELD], inline=False)
    return embed


def health(feed: Feed, hub_subscription: HubSubscription | None = None) -> str:
    """Say how a feed fares: address, last and next poll, last error, and how its hub does."""
    following = when(feed.next_poll_at) if feed.next_poll_at > discord.utils.utcnow() else "due now"
    lines = [_feed_name(feed), f"Last poll: {when(feed.last_polled_at, 'not yet')}, next poll: {following}"]
    if feed.stopped_at is not None:
        lines.append(f"Given up {when(feed.stopped_at)}; I look once a week whether it is back.")
    if feed.last_error:
        times = f"{feed.failures} in a row, " if feed.failures else ""
        error = escaped(redacted(feed.last_error), 400)
        lines.append(f"Last error ({times}last success {when(feed.last_ok_at)}): {error}")
    if feed.redirect_url:
        target = escaped(shown_url(feed.redirect_url), 200)
        lines.append(f"Redirects to {target}, which I take for its address if that lasts.")
    if hub_subscription is not None and hub_subscription.state is not HubSubscriptionState.ENDED:
        lines.append(f"Push: {_push(hub_subscription)}")
    return "\n".join(lines)[:FIELD]


def _push(hub_subscription: HubSubscription) -> str:
    """Say whether the feed's hub brings what is new, and what it is waited for."""
    hub = "cloud" if hub_subscription.push.protocol is PushProtocol.RSSCLOUD else "hub"
    again = f"asked again {when(hub_subscription.due_at)}"
    match hub_subscription.state:
        case HubSubscriptionState.TRUSTED:
            return f"trusted, so polls are hours apart; last came {when(hub_subscription.delivered_at)}"
        case HubSubscriptionState.VERIFIED if hub == "cloud":
            return "its cloud says when there is something, and a poll looks then"
        case HubSubscriptionState.VERIFIED:
            return "waiting for the hub to be faster than a poll"
        case HubSubscriptionState.REFUSED:
            return f"refused, {again}: {escaped(redacted(hub_subscription.error or ''), 400)}"
        case _ if hub_subscription.error:
            return f"waiting for the {hub}, {again}: {escaped(redacted(hub_subscription.error), 400)}"
        case _:
            return f"waiting for the {hub} to confirm"


def _feed_name(feed: Feed | FoundFeed) -> str:
    """Return a feed's address; an API is called by its name."""
    return "WordPress's list of comments" if feed.format is FeedFormat.WORDPRESS_REST else address(feed.url)


def _comments(view: BlogView) -> str:
    """Say whether comments are posted; where none can be read, none are."""
    if not view.subscribed.subscription.comments:
        return "are not posted"
    of_all = [feed for feed in view.feeds if feed.kind in (FeedKind.COMMENTS, FeedKind.ACCOUNT_COMMENTS)]
    if any(feed.last_ok_at is not None and feed.stopped_at is None for feed in of_all):
        return "are posted"
    if any(feed.kind is FeedKind.ENTRY_COMMENTS for feed in view.feeds):
        return "are posted, from each entry's own feed"
    if of_all:
        return "are posted as soon as they can be read: so far they could not be"
    return "cannot be read: I found no feed of comments on this blog"


def _is_shown(feed: Feed, subscribed: SubscribedBlog) -> bool:
    """Whether a feed has lines of its own; that some server has connected the blog is not told to others."""
    if feed.kind is FeedKind.ACCOUNT_COMMENTS:
        return subscribed.connected
    return feed.kind is not FeedKind.ENTRY_COMMENTS


def _state(subscription: Subscription) -> str:
    if subscription.parked_reason is not None:
        return f"parked: {subscription.parked_reason} Use `/blog resume` when that is mended."
    if subscription.paused_at is not None:
        return f"paused {when(subscription.paused_at)}"
    return "active"


def _replies(subscribed: SubscribedBlog) -> str:
    return f"{subscribed.subscription.relay_mode} ({'connected' if subscribed.connected else 'not connected'})"


def _systems(lines: Sequence[str]) -> str:
    first, *seen = (escaped(line, 400) for line in lines)
    return cut([first, *(f"-# {line}" for line in seen)], FIELD)


def _newest(proposed: ProposedBlog) -> str:
    newest = proposed.newest
    if newest is None:
        return "none yet; the first one will be posted"
    head = f"**{proposed.newest_link}**"
    dated = f", {when(newest.timestamp)}" if newest.timestamp else ""
    return cut([f"{head}{dated}", *newest.body.splitlines()], FIELD)
