"""Wire the use cases and delivery handlers over one set of ports."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.bridge.admin.alerts import AlertLimitNotifier, AlertOffExplainer, Alerts, AlertSender
from bot.bridge.admin.blogs import BlogAdmin
from bot.bridge.admin.explain import EntryExplainer
from bot.bridge.admin.guilds import GuildLifecycle, SubscriptionResumer
from bot.bridge.admin.opml import OpmlFiles
from bot.bridge.admin.opml_import import FeedImporter, ImportProgress, ImportReporter
from bot.bridge.admin.subscribing import BlogProposals, SubscriptionStarter
from bot.bridge.admin.subscription_settings import SubscriptionSettings
from bot.bridge.admin.views import StatusViews
from bot.bridge.announce.duplicates import Duplicates
from bot.bridge.announce.edits import CardUpdater, Edits, ThreadRenamer
from bot.bridge.announce.notices import Notices, NoticeSender, UndoNotice
from bot.bridge.announce.posting import CommentAnnouncer, EntryAnnouncer
from bot.bridge.announce.removals import RemovalChecker
from bot.bridge.announce.summaries import CommentSummariser, EntrySummariser
from bot.bridge.clock_repair import ClockRepair
from bot.bridge.connections.account_lists import AccountReader
from bot.bridge.connections.blog_updates import BlogUpdates
from bot.bridge.connections.connecting import Connector
from bot.bridge.connections.disconnecting import Disconnector
from bot.bridge.connections.health import ConnectionHealth
from bot.bridge.connections.reviews import BlogReviewer, BlogReviewHandler
from bot.bridge.guild_membership import GuildMembership
from bot.bridge.ingest.backfill import Backfill, CommentBackfill
from bot.bridge.ingest.comments import CommentIngest
from bot.bridge.ingest.entries import EntryIngest
from bot.bridge.ingest.misfiled_comments import MisfiledComments
from bot.bridge.ingest.own_replies import OwnReplies
from bot.bridge.maintenance import TEXTS_FOR, Maintenance
from bot.bridge.outbox.dispatcher import Dispatcher
from bot.bridge.outbox.handler import Handler
from bot.bridge.outbox.parking import ParkedNotifier, Parking
from bot.bridge.polling.baseline import Baseline
from bot.bridge.polling.blog_locks import BlogLocks
from bot.bridge.polling.discovery_cache import DiscoveryCache
from bot.bridge.polling.hub_trust import HubTrust
from bot.bridge.polling.poller import Poller
from bot.bridge.polling.results import PollResults
from bot.bridge.ports import Chat, Clock, CommentSystems, Discoverer, FeedSource, Hubs, Meter, Randomness
from bot.bridge.replies.drafts import ReplyDrafts
from bot.bridge.replies.following import ReplyFollower
from bot.bridge.replies.members import ReplyMembers
from bot.bridge.replies.post_lookup import PostLookup, PostLookupHandler
from bot.bridge.replies.posting import ReplyPoster
from bot.bridge.replies.publishing import ReplyPublisher
from bot.bridge.replies.status import ReplyOutcomes, ReplyStatusHandler
from bot.bridge.websub.receiver import PUSH_PATH, WebSubReceiver
from bot.bridge.websub.subscriber import HubSubscriber
from bot.rules.poll_schedule import PollSchedule
from bot.storage.database import Store

#: Polls at the shortest interval between the two looks at an item that left its feed: twenty minutes at two minutes.
_SECOND_LOOK = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """The store and the ports that the bridge needs."""

    store: Store
    chat: Chat
    source: FeedSource
    discoverer: Discoverer
    comment_systems: CommentSystems
    hubs: Hubs
    clock: Clock
    randomness: Randomness
    meter: Meter


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """The use cases that cogs, web pages and the schedule call."""

    admin: BlogAdmin
    proposals: BlogProposals
    subscription_settings: SubscriptionSettings
    opml: OpmlFiles
    explainer: EntryExplainer
    connector: Connector
    disconnector: Disconnector
    reply_drafts: ReplyDrafts
    reply_members: ReplyMembers
    alerts: Alerts
    undo_notice: UndoNotice
    parking: Parking
    guilds: GuildLifecycle
    views: StatusViews
    poller: Poller
    hub_subscriber: HubSubscriber
    websub_receiver: WebSubReceiver
    dispatcher: Dispatcher
    maintenance: Maintenance
    connections: ConnectionHealth
    reviewer: BlogReviewer


def assemble(
    dependencies: Dependencies,
    *,
    pace: PollSchedule,
    public_url: str | None,
    texts_for: timedelta = TEXTS_FOR,
    most_subscriptions: int = 500,
) -> Bridge:
    """Build the bridge."""
    store, chat, clock, comment_systems, meter = (
        dependencies.store,
        dependencies.chat,
        dependencies.clock,
        dependencies.comment_systems,
        dependencies.meter,
    )
    wake_up = asyncio.Event()
    edits, notices, backfill = Edits(store, clock), Notices(store, clock), Backfill(dependencies.source)
    entries = EntryIngest(store, backfill, edits, notices, clock)
    own_replies = OwnReplies(store, notices, clock)
    comments = CommentIngest(
        store,
        dependencies.source,
        CommentBackfill(store, dependencies.source, backfill),
        edits,
        notices,
        own_replies,
        clock,
    )
    misfiled_comments = MisfiledComments(store, dependencies.source, edits, notices, own_replies, clock)
    blog_locks, duplicates, discovery_cache = (
        BlogLocks(),
        Duplicates(store, clock),
        DiscoveryCache(dependencies.discoverer, clock),
    )
    hub_trust = HubTrust(store, clock, reachable=public_url is not None)
    results = PollResults(
        store,
        dependencies.source,
        entries,
        comments,
        misfiled_comments,
        notices,
        hub_trust,
        clock,
        schedule=pace,
        meter=meter,
        wake_outbox=wake_up.set,
    )
    reader = AccountReader(store, dependencies.source, comment_systems)
    baseline = Baseline(store, reader, discovery_cache, results, clock, blog_locks)
    disconnector = Disconnector(store, comment_systems, clock, wake_outbox=wake_up.set)
    updates = BlogUpdates(store, notices, disconnector, clock)
    reviewer = BlogReviewer(store, discovery_cache, updates, clock, wake_outbox=wake_up.set)
    membership, parking = GuildMembership(store, clock), Parking(store, clock)
    starter = SubscriptionStarter(
        store,
        baseline,
        updates,
        clock,
        membership=membership,
        rest=pace.shortest,
        most=most_subscriptions,
        wake_outbox=wake_up.set,
    )
    guilds = GuildLifecycle(store, disconnector, membership, clock, wake_outbox=wake_up.set)
    connections = ConnectionHealth(store, comment_systems, notices, clock)
    outcomes = ReplyOutcomes(store, comments, clock, follow_every=pace.shortest, meter=meter)
    post_lookup = PostLookup(store, comment_systems, clock)
    handlers: list[Handler[Any, Any]] = [
        EntryAnnouncer(store, chat, duplicates, clock, meter),
        CommentAnnouncer(store, chat, duplicates, meter),
        CardUpdater(store, chat),
        ThreadRenamer(store, chat, clock),
        EntrySummariser(store, chat),
        CommentSummariser(store, chat, clock),
        RemovalChecker(store, dependencies.source, edits, clock, wait=_SECOND_LOOK * pace.shortest),
        PostLookupHandler(store, post_lookup),
        ReplyPoster(store, chat, clock),
        ReplyPublisher(store, chat, comment_systems, post_lookup, outcomes, edits, clock, connections=connections),
        ReplyFollower(store, comment_systems, outcomes),
        ReplyStatusHandler(store, chat),
        AlertSender(store, chat, clock),
        AlertLimitNotifier(store, chat),
        AlertOffExplainer(store, chat),
        NoticeSender(store, chat),
        ParkedNotifier(store, chat),
        FeedImporter(store, chat, discovery_cache, starter),
        ImportReporter(store, chat),
        ImportProgress(store, chat, clock),
        BlogReviewHandler(store, reviewer, updates, clock),
        SubscriptionResumer(store, baseline, clock),
    ]
    return Bridge(
        proposals=BlogProposals(store, discovery_cache, starter, clock),
        admin=BlogAdmin(
            store,
            baseline,
            disconnector,
            reviewer,
            parking,
            membership,
            clock,
            wake_outbox=wake_up.set,
        ),
        subscription_settings=SubscriptionSettings(store, chat, clock),
        opml=OpmlFiles(store, clock, wake_outbox=wake_up.set),
        explainer=EntryExplainer(store, chat, clock),
        connector=Connector(store, comment_systems, clock, public_url=public_url, wake_outbox=wake_up.set),
        disconnector=disconnector,
        reply_drafts=ReplyDrafts(store, chat, post_lookup, clock, wake_outbox=wake_up.set),
        reply_members=ReplyMembers(store, clock),
        alerts=Alerts(store, baseline, clock),
        undo_notice=UndoNotice(store, chat, clock, wake_outbox=wake_up.set),
        parking=parking,
        guilds=guilds,
        views=StatusViews(store, clock),
        poller=Poller(store, reader, results, clock, schedule=pace, blog_locks=blog_locks, meter=meter),
        hub_subscriber=HubSubscriber(
            store,
            dependencies.hubs,
            clock,
            dependencies.randomness,
            callbacks=None if public_url is None else public_url.rstrip("/") + PUSH_PATH,
        ),
        websub_receiver=WebSubReceiver(
            store,
            dependencies.source,
            entries,
            comments,
            results,
            clock,
            dependencies.randomness,
            schedule=pace,
            blog_locks=blog_locks,
            meter=meter,
            wake_outbox=wake_up.set,
        ),
        dispatcher=Dispatcher(store, handlers, clock, dependencies.randomness, wake_up, meter, parking),
        connections=connections,
        reviewer=reviewer,
        maintenance=Maintenance(store, guilds, ClockRepair(store, clock, pace), clock, texts_for=texts_for),
    )
