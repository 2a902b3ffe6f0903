"""Accepts members' replies: who may, what exactly would be published, and the act of publishing.

Nothing is published but by the writer's own press of Publish, after a preview, under a name they agreed to.
"""

import logging
from collections.abc import Callable

from bot.bridge.outbox.deliveries import acknowledge_reply, post_reply, publish_reply
from bot.bridge.ports import Chat, Clock
from bot.bridge.replies.checks import ReplyChecks, refuse
from bot.bridge.replies.destination import ReplyDestination, ReplyDestinations
from bot.bridge.replies.forms import OwnReply, ReplyForm, ReplyPreview
from bot.bridge.replies.post_lookup import PostLookup
from bot.model.connection import Secret
from bot.model.errors import NotFound, Refused
from bot.model.ids import GuildId, ReplyId, UserId
from bot.model.message import ChatMessage, MemberView, Mentions, ReplyTarget
from bot.model.reply import NewReply, Profile, Reply, ReplyLimit, ReplyOrigin, ReplyState
from bot.rules.discord_to_html.as_shown import shown_html
from bot.rules.discord_to_html.convert import Names, blog_text, to_comment_html
from bot.rules.html_to_discord.convert import to_markdown
from bot.rules.messages.cards import entry_title, reply_status
from bot.rules.reply_eligibility import (
    CONSENT,
    LIMIT_DAY,
    clean_name,
    refuse_html,
    refuse_limit,
    refuse_name,
    refuse_text,
)
from bot.storage.database import Store

_log = logging.getLogger(__name__)

#: as much as the description of a card takes, less what a cut may add
_SHOWN = 4000
_ALREADY = "This message was published already, or is on its way."
_NO_DRAFT = "This was already published or cancelled, or it is too old. Please start again."


class Relay:
    """The use cases of a member's reply. Every refusal is a sentence for the member."""

    def __init__(
        self, store: Store, chat: Chat, locator: PostLookup, clock: Clock, *, wake_outbox: Callable[[], None]
    ) -> None:
        self._store = store
        self._places = ReplyDestinations(store)
        self._locator = locator
        self._checks = ReplyChecks(store, chat)
        self._clock = clock
        self._wake_outbox = wake_outbox

    @property
    def consent(self) -> str:
        """What a member is asked to agree to."""
        return CONSENT

    async def open_button(self, target: ReplyTarget, member: MemberView) -> ReplyForm:
        """Ask whether a button may be used, and what its form must ask."""
        place = await self._places.of_button(target, member)
        await self._locator.check_before_form(member.guild_id, place.entry)
        return await self._form(place, member.id)

    async def open_menu(self, message: ChatMessage, member: MemberView) -> ReplyForm:
        """Ask whether a message may be published, and what must be asked first."""
        place = await self._places.of_message(message, member)
        refuse(refuse_text(message.content))
        await self._locator.check_before_form(message.guild_id, place.entry)
        return await self._form(place, member.id)

    async def draft_from_button(
        self, target: ReplyTarget, member: MemberView, content: str, mentions: Mentions
    ) -> ReplyPreview:
        """Keep what was typed into the form as a draft, and show it."""
        place = await self._places.of_button(target, member, keep=True)
        return await self._draft(place, member.id, content, mentions, message=None)

    async def draft_from_message(self, message: ChatMessage, member: MemberView) -> ReplyPreview:
        """Keep the writer's own message as a draft, and show it."""
        place = await self._places.of_message(message, member, keep=True)
        return await self._draft(place, member.id, message.content, message.mentions, message=message)

    def examine(self, content: str) -> None:
        """Look at a text as typed, before its writer agrees to anything.

        :raises Refused: it is empty, or meant to stay in chat.
        """
        refuse(refuse_text(content))

    async def agree(self, user_id: UserId, name: str, *, consent: bool) -> Profile:
        """Keep under what name a member publishes, and that they agreed.

        :raises Refused: without the tick, or with a name that cannot be used.
        """
        if not consent:
            raise Refused("Nothing is published without your agreement. Please tick the box and try again.")
        name = clean_name(name)
        refuse(refuse_name(name))
        async with self._store.transaction():
            await self._store.members.save_profile(user_id, name)
            await self._store.members.consent(user_id, wording=CONSENT, at=self._clock.now())
        profile = await self._store.members.profile(user_id)
        if profile is None:
            raise NotFound("Your profile is gone. Please try again.")
        return profile

    async def rename(self, user_id: UserId, name: str) -> Profile:
        """Change the name under which a member publishes from now on; what they agreed to stands.

        :raises Refused: with a name that cannot be used, or before they agreed.
        """
        profile = await self._store.members.profile(user_id)
        if profile is None or profile.consented_at is None:
            raise Refused("You have not agreed to be published yet.")
        name = clean_name(name)
        refuse(refuse_name(name))
        return await self._store.members.save_profile(user_id, name)

    async def publish(self, reply_id: ReplyId, member: MemberView, answer_token: Secret) -> Reply:
        """Take a draft's writer at their word: from here on it goes to the blog.

        :raises NotFound: it is no draft any more.
        :raises Refused: it is not theirs, or what the preview promised does not hold any more; the text says what.
        :raises BridgeError: Discord does not say whether it still holds.
        """
        reply = await self._own_draft(reply_id, member.guild_id, member.id)
        refuse(await self._checks.refuse_presser(reply, member))
        await self._places.refuse_gone_parent(reply)
        refuse(await self._checks.refuse_reply(reply))
        entry = await self._store.items.get_entry(reply.entry_id)
        if entry is not None:
            await self._locator.check_before_form(reply.guild_id, entry, typed=True, previewed=reply.post_id)
        now = self._clock.now()
        async with self._store.transaction():
            # Of two replies of one member that are published at once, one waits here for the other.
            await self._store.members.lock(member.id)
            await self._refuse_too_many(member.guild_id, member.id)
            if not await self._store.replies.accept(reply_id, answer_token=answer_token, at=now):
                raise NotFound(_NO_DRAFT)
            # The bot's own message, which a reply from the form gets, is no member's to publish.
            if reply.message_id is not None and not await self._store.replies.claim_message(reply.id, reply.message_id):
                raise Refused(_ALREADY)
            if reply.origin is ReplyOrigin.BUTTON:
                await self._store.outbox.add([acknowledge_reply(reply, now), post_reply(reply, now)])
            else:
                await self._store.outbox.add([acknowledge_reply(reply, now), publish_reply(reply, now)])
        _log.debug(
            "A reply was accepted.",
            extra={"action": "reply_accepted", "reply": reply.id, "entry": reply.entry_id, "blog": reply.blog_id},
        )
        self._wake_outbox()
        return reply

    async def answer_post(self, reply_id: ReplyId, member: MemberView) -> ReplyPreview:
        """Make a reply, whose comment is gone, a draft that answers the post, and show it.

        :raises NotFound: there is no such reply that was not published.
        :raises Refused: it is not theirs, or the post takes no replies.
        """
        reply = await self._store.replies.get(reply_id)
        if (
            reply is None
            or reply.guild_id != member.guild_id
            or reply.state not in (ReplyState.DRAFT, ReplyState.REFUSED)
        ):
            raise NotFound(_NO_DRAFT)
        if reply.user_id != member.id:
            raise Refused("This is somebody else's reply.")
        target = ReplyTarget(subscription_id=reply.subscription_id, entry_id=reply.entry_id)
        refuse(await self._checks.refuse_presser(reply, member))
        place = await self._places.of_target(target, member.guild_id, reply.origin)
        by_menu = reply.origin is ReplyOrigin.MENU
        async with self._store.transaction():
            await self._store.replies.drop_draft(reply_id)
            draft = await self._store.replies.add(
                NewReply(
                    guild_id=member.guild_id,
                    subscription_id=reply.subscription_id,
                    blog_id=reply.blog_id,
                    entry_id=reply.entry_id,
                    parent_comment_id=None,
                    user_id=member.id,
                    public_name=reply.public_name,
                    origin=reply.origin,
                    content=reply.content,
                    html=reply.html,
                    channel_id=reply.channel_id if by_menu else None,
                    message_id=reply.message_id if by_menu else None,
                    message_edited_at=reply.message_edited_at,
                    post_id=await self._locator.proven(member.guild_id, place.entry),
                ),
                now=self._clock.now(),
            )
        return _preview(draft, place)

    async def limit(self, guild_id: GuildId, per_ten_minutes: int | None, per_day: int | None) -> ReplyLimit:
        """Change how many replies a member of a guild may publish (None: as it is), and return what holds now."""
        async with self._store.transaction():
            limit = await self._store.replies.limit(guild_id)
            if per_ten_minutes is not None or per_day is not None:
                limit = ReplyLimit(
                    per_ten_minutes=per_ten_minutes or limit.per_ten_minutes, per_day=per_day or limit.per_day
                )
                await self._store.replies.set_limit(guild_id, limit)
        return limit

    async def cancel(self, reply_id: ReplyId, guild_id: GuildId, user_id: UserId) -> None:
        """Throw a draft away."""
        await self._own_draft(reply_id, guild_id, user_id)
        await self._store.replies.drop_draft(reply_id)

    async def profile(self, user_id: UserId) -> Profile | None:
        """Under what name a member publishes."""
        return await self._store.members.profile(user_id)

    def status(self, reply: Reply) -> str:
        """Say in a few words how far a reply has come."""
        return reply_status(reply)

    async def mine(self, user_id: UserId, guild_id: GuildId) -> list[OwnReply]:
        """A member's newest replies in a guild."""
        replies = await self._store.replies.of_user(user_id, guild_id, 10)
        titled = []
        for reply in replies:
            entry = await self._store.items.get_entry(reply.entry_id)
            title = entry_title(entry) if entry else "a post that is gone"
            titled.append(OwnReply(reply=reply, title=title, said=blog_text(reply.html)))
        return titled

    async def _own_draft(self, reply_id: ReplyId, guild_id: GuildId, user_id: UserId) -> Reply:
        reply = await self._store.replies.get(reply_id)
        if reply is None or reply.state is not ReplyState.DRAFT or reply.guild_id != guild_id:
            raise NotFound(_NO_DRAFT)
        if reply.user_id != user_id:
            raise Refused("This is somebody else's reply.")
        return reply

    async def _refuse_too_many(self, guild_id: GuildId, user_id: UserId) -> None:
        now = self._clock.now()
        accepted = await self._store.replies.accepted_since(user_id, guild_id, now - LIMIT_DAY)
        refuse(refuse_limit(await self._store.replies.limit(guild_id), accepted, now))

    async def _form(self, place: ReplyDestination, user_id: UserId) -> ReplyForm:
        await self._refuse_too_many(place.subscription.guild_id, user_id)
        profile = await self._store.members.profile(user_id)
        return ReplyForm(
            answering=place.answering,
            first_time=profile is None or profile.consented_at is None,
            public_name=profile.public_name if profile else "",
            consent=CONSENT,
        )

    async def _draft(
        self, place: ReplyDestination, user_id: UserId, content: str, mentions: Mentions, *, message: ChatMessage | None
    ) -> ReplyPreview:
        refuse(refuse_text(content))
        parent_id = place.parent.id if place.parent else None
        profile = await self._store.members.profile(user_id)
        if profile is None or profile.consented_at is None:
            raise Refused("I need the name to publish under, and your agreement, first. Please start again.")
        agreed = await self._store.members.public_names(mentions.users)
        refuse(await self._checks.refuse_public_name(place.blog, user_id, profile.public_name))
        names = Names(
            users={int(user): name for user, name in agreed.items()},
            roles=mentions.roles,
            channels=mentions.channels,
        )
        html = to_comment_html(content, names)
        refuse(refuse_html(html))
        reply = await self._store.replies.add(
            NewReply(
                guild_id=place.subscription.guild_id,
                subscription_id=place.subscription.id,
                blog_id=place.blog.id,
                entry_id=place.entry.id,
                parent_comment_id=parent_id,
                user_id=user_id,
                public_name=profile.public_name,
                origin=ReplyOrigin.MENU if message else ReplyOrigin.BUTTON,
                content=content,
                html=html,
                channel_id=message.ref.channel_id if message else None,
                message_id=message.ref.message_id if message else None,
                message_edited_at=message.edited_at if message else None,
                post_id=await self._locator.proven(place.subscription.guild_id, place.entry),
            ),
            now=self._clock.now(),
        )
        return _preview(reply, place)


def _preview(reply: Reply, place: ReplyDestination) -> ReplyPreview:
    return ReplyPreview(
        reply_id=reply.id,
        blog_title=place.blog.title,
        answering=place.answering,
        public_name=reply.public_name,
        body=to_markdown(shown_html(reply.html), base_url=place.blog.home_url, limit=_SHOWN),
        placement=place.subscription.placement,
        by_button=reply.origin is ReplyOrigin.BUTTON,
        parent_gone=place.parent_gone,
    )
