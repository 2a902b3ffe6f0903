"""The journeys built over one set of ports. Wires, and does nothing else."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.bridge.admin.alerts import AlertLimitTeller, AlertOffExplainer, Alerts, AlertSender
from bot.bridge.admin.blogs import Admin
from bot.bridge.admin.explain import Why
from bot.bridge.admin.guilds import Presence, SubscriptionResumer
from bot.bridge.admin.opml import Lists
from bot.bridge.admin.opml_import import FeedImporter, ImportProgress, ImportReporter
from bot.bridge.admin.subscribing import Starter
from bot.bridge.admin.subscription_settings import Tailor
from bot.bridge.admin.views import Views
from bot.bridge.announce.comment_summaries import CommentSummariser
from bot.bridge.announce.duplicates import Twins
from bot.bridge.announce.edits import Edits
from bot.bridge.announce.entry_summaries import EntrySummariser
from bot.bridge.announce.notices import Amends, Notices, NoticeSender
from bot.bridge.announce.posting import CommentAnnouncer, EntryAnnouncer, ItemReviser
from bot.bridge.announce.removals import RemovalChecker
from bot.bridge.announce.thread_titles import ThreadRenamer
from bot.bridge.clock_repair import ClockRepair
from bot.bridge.connections.account_lists import AccountReader
from bot.bridge.connections.blog_updates import BlogUpdates
from bot.bridge.connections.connecting import Connector
from bot.bridge.connections.disconnecting import Disconnector
from bot.bridge.connections.health import Connections
from bot.bridge.connections.reviews import BlogReview, BlogReviewer
from bot.bridge.guild_membership import Membership
from bot.bridge.ingest.backfill import Pager
from bot.bridge.ingest.comment_backfill import Gleaner
from bot.bridge.ingest.comments import CommentIntake
from bot.bridge.ingest.entries import EntryIntake
from bot.bridge.ingest.misfiled_comments import Refiler
from bot.bridge.ingest.misplaced_replies import Misplaced
from bot.bridge.maintenance import TEXTS_FOR, Upkeep
from bot.bridge.outbox.channel_changes import ChannelChanges
from bot.bridge.outbox.dispatcher import Dispatcher, Handler
from bot.bridge.outbox.parking import ParkedTeller, Parking
from bot.bridge.polling.baseline import Baseline
from bot.bridge.polling.blog_locks import Turns
from bot.bridge.polling.discovery_cache import JustRead
from bot.bridge.polling.hub_trust import Trust
from bot.bridge.polling.poller import Poller
from bot.bridge.polling.results import PollRecorder
from bot.bridge.ports import Chat, Clock, Dice, Discoverer, Endpoints, FeedSource, Hubs, Meter
from bot.bridge.replies.drafts import Relay
from bot.bridge.replies.post_lookup import PostLocating, PostLocator
from bot.bridge.replies.publishing import ReplyFollower, ReplyPublisher, ReplySpeaker
from bot.bridge.replies.status import ReplyConfirmer
from bot.bridge.websub.receiver import PUSH_PATH, Arrivals
from bot.bridge.websub.subscriber import Registrar
from bot.model.delivery import (
    AlertAuthor,
    AnnounceComment,
    AnnounceEntry,
    CheckRemoval,
    ConfirmReply,
    ExplainAlertOff,
    FollowReply,
    ImportFeed,
    Intent,
    LocatePost,
    PublishReply,
    RenameThread,
    ReportImport,
    ResumeSubscription,
    ReviewBlog,
    ReviseItem,
    ShowImportProgress,
    SpeakReply,
    SummariseComments,
    SummariseEntries,
    TellAdmin,
    TellAlertLimit,
    TellParked,
)
from bot.rules.poll_schedule import Pace
from bot.storage.database import Store

#: Polls at the shortest interval between the two looks at an item that left its feed: twenty minutes at two minutes.
_SECOND_LOOK = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything outside that the journeys need."""

    store: Store
    chat: Chat
    source: FeedSource
    discoverer: Discoverer
    endpoints: Endpoints
    hubs: Hubs
    clock: Clock
    dice: Dice
    meter: Meter


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """The journeys, for the doors to call."""

    admin: Admin
    tailor: Tailor
    lists: Lists
    why: Why
    connector: Connector
    disconnector: Disconnector
    relay: Relay
    alerts: Alerts
    amends: Amends
    parking: Parking
    presence: Presence
    views: Views
    poller: Poller
    registrar: Registrar
    arrivals: Arrivals
    dispatcher: Dispatcher
    upkeep: Upkeep
    connections: Connections
    reviewer: BlogReviewer


def assemble(
    world: World, *, pace: Pace, public_url: str | None, texts_for: timedelta = TEXTS_FOR, most_subscriptions: int = 500
) -> Bridge:
    """Build the journeys."""
    store, chat, clock, endpoints, meter = world.store, world.chat, world.clock, world.endpoints, world.meter
    bell = asyncio.Event()
    edits, notices, pager = Edits(store, clock), Notices(store, clock), Pager(world.source)
    entries = EntryIntake(store, pager, edits, notices, clock)
    misplaced = Misplaced(store, notices, clock)
    comments = CommentIntake(store, world.source, Gleaner(store, world.source, pager), edits, notices, misplaced, clock)
    refiler = Refiler(store, world.source, edits, notices, misplaced, clock)
    turns, twins, just_read = Turns(), Twins(store, clock), JustRead(world.discoverer, clock)
    trust = Trust(store, clock, reachable=public_url is not None)
    recorder = PollRecorder(
        store, world.source, entries, comments, refiler, notices, trust, clock, pace=pace, meter=meter, ring=bell.set
    )
    reader = AccountReader(store, world.source, endpoints)
    baseline = Baseline(store, reader, just_read, recorder, clock, turns)
    disconnector = Disconnector(store, endpoints, clock, ring=bell.set)
    updates = BlogUpdates(store, notices, disconnector, clock)
    reviewer = BlogReviewer(store, just_read, updates, clock, ring=bell.set)
    membership, changes = Membership(store, clock), ChannelChanges()
    starter = Starter(
        store,
        baseline,
        updates,
        clock,
        membership=membership,
        rest=pace.shortest,
        most=most_subscriptions,
        ring=bell.set,
    )
    presence = Presence(store, disconnector, membership, clock, ring=bell.set)
    follow_every = pace.shortest
    connections = Connections(store, endpoints, notices, clock)
    locator = PostLocator(store, endpoints, clock)
    handlers: dict[type[Intent], Handler[Any, Any]] = {
        AnnounceEntry: EntryAnnouncer(store, chat, twins, clock, meter),
        AnnounceComment: CommentAnnouncer(store, chat, twins, meter),
        ReviseItem: ItemReviser(store, chat),
        RenameThread: ThreadRenamer(store, chat, clock),
        SummariseEntries: EntrySummariser(store, chat),
        SummariseComments: CommentSummariser(store, chat, clock),
        CheckRemoval: RemovalChecker(store, world.source, edits, clock, wait=_SECOND_LOOK * pace.shortest),
        LocatePost: PostLocating(store, locator),
        SpeakReply: ReplySpeaker(store, chat, clock),
        PublishReply: ReplyPublisher(
            store,
            chat,
            endpoints,
            locator,
            comments,
            edits,
            clock,
            connections=connections,
            follow_every=follow_every,
            meter=meter,
        ),
        FollowReply: ReplyFollower(store, endpoints, comments, clock, follow_every=follow_every, meter=meter),
        ConfirmReply: ReplyConfirmer(store, chat),
        AlertAuthor: AlertSender(store, chat, clock),
        TellAlertLimit: AlertLimitTeller(store, chat),
        ExplainAlertOff: AlertOffExplainer(store, chat),
        TellAdmin: NoticeSender(store, chat),
        TellParked: ParkedTeller(store, chat),
        ImportFeed: FeedImporter(store, chat, just_read, starter),
        ReportImport: ImportReporter(store, chat),
        ShowImportProgress: ImportProgress(store, chat, clock),
        ReviewBlog: BlogReview(store, reviewer, updates, clock),
        ResumeSubscription: SubscriptionResumer(store, baseline, clock),
    }
    return Bridge(
        admin=Admin(
            store, just_read, baseline, starter, disconnector, reviewer, changes, membership, clock, ring=bell.set
        ),
        tailor=Tailor(store, chat, clock),
        lists=Lists(store, clock, ring=bell.set),
        why=Why(store, chat, clock),
        connector=Connector(store, endpoints, clock, public_url=public_url, ring=bell.set),
        disconnector=disconnector,
        relay=Relay(store, chat, locator, clock, ring=bell.set),
        alerts=Alerts(store, baseline, clock),
        amends=Amends(store, chat, clock, ring=bell.set),
        parking=Parking(store, changes, clock),
        presence=presence,
        views=Views(store, clock),
        poller=Poller(store, reader, recorder, clock, pace=pace, turns=turns, meter=meter),
        registrar=Registrar(
            store,
            world.hubs,
            clock,
            world.dice,
            callbacks=None if public_url is None else public_url.rstrip("/") + PUSH_PATH,
        ),
        arrivals=Arrivals(
            store,
            world.source,
            entries,
            comments,
            recorder,
            clock,
            world.dice,
            pace=pace,
            turns=turns,
            meter=meter,
            ring=bell.set,
        ),
        dispatcher=Dispatcher(store, handlers, clock, world.dice, bell, meter, changes),
        connections=connections,
        reviewer=reviewer,
        upkeep=Upkeep(store, presence, ClockRepair(store, clock, pace), clock, texts_for=texts_for),
    )
