"""The journeys built over one set of ports. Wires, and does nothing else."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.bridge.account_lists import AccountReader
from bot.bridge.admin import Admin
from bot.bridge.alert import AlertLimitTeller, AlertOffExplainer, Alerts, AlertSender
from bot.bridge.announce import CommentAnnouncer, EntryAnnouncer, ItemReviser
from bot.bridge.baseline import Baseline
from bot.bridge.blog_updates import BlogUpdates
from bot.bridge.channel_changes import ChannelChanges
from bot.bridge.comment_summaries import CommentSummariser
from bot.bridge.confirm import ReplyConfirmer
from bot.bridge.connect import Connector
from bot.bridge.connections import Connections
from bot.bridge.deliver import Dispatcher, Handler
from bot.bridge.disconnect import Disconnector
from bot.bridge.edits import Edits
from bot.bridge.glean import Gleaner
from bot.bridge.importing import FeedImporter, ImportProgress, ImportReporter
from bot.bridge.intake import EntryIntake
from bot.bridge.intake_comments import CommentIntake
from bot.bridge.just_read import JustRead
from bot.bridge.lists import Lists
from bot.bridge.locate import PostLocating, PostLocator
from bot.bridge.membership import Membership
from bot.bridge.misplaced import Misplaced
from bot.bridge.notices import Amends, Notices, NoticeSender
from bot.bridge.parking import ParkedTeller, Parking
from bot.bridge.poll import Poller
from bot.bridge.polled import PollRecorder
from bot.bridge.ports import Chat, Clock, Dice, Discoverer, Endpoints, FeedSource, Hubs, Meter
from bot.bridge.presence import Presence, SubscriptionResumer
from bot.bridge.publish import ReplyFollower, ReplyPublisher, ReplySpeaker
from bot.bridge.push import PUSH_PATH, Arrivals
from bot.bridge.push_hubs import Registrar
from bot.bridge.push_trust import Trust
from bot.bridge.readback import Pager
from bot.bridge.refile import Refiler
from bot.bridge.relay import Relay
from bot.bridge.removal import RemovalChecker
from bot.bridge.rename import ThreadRenamer
from bot.bridge.review import BlogReview, BlogReviewer
from bot.bridge.starting import Starter
from bot.bridge.store import Store
from bot.bridge.summarise import EntrySummariser
from bot.bridge.tailor import Tailor
from bot.bridge.turns import Turns
from bot.bridge.twins import Twins
from bot.bridge.upkeep import TEXTS_FOR, Upkeep
from bot.bridge.views import Views
from bot.bridge.why import Why
from bot.bridge.wrong_clock import ClockRepair
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
from bot.rules.pace import Pace

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
