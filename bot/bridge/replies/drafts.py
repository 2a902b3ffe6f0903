"""Drafts of replies: form, preview, **Publish** and **Cancel**.

A reply is published only after its writer saw the preview and pressed **Publish**.
"""

import logging
from collections.abc import Callable

from bot.bridge.outbox.deliveries import acknowledge_reply, post_reply, publish_reply
from bot.bridge.ports import Chat, Clock
from bot.bridge.replies.checks import ReplyChecks, refuse
from bot.bridge.replies.destination import ReplyDestination, ReplyDestinations
from bot.bridge.replies.post_lookup import PostLookup
from bot.model.connection import Secret
from bot.model.errors import NotFound, Refused
from bot.model.ids import GuildId, ReplyId, UserId
from bot.model.message import ChatMessage, MemberView, Mentions, ReplyTarget
from bot.model.reply import NewReply, Reply, ReplyForm, ReplyOrigin, ReplyPreview, ReplyState
from bot.rules.discord_to_html.convert import Names, to_comment_html
from bot.rules.discord_to_html.wpautop import wpautop
from bot.rules.html_to_discord.convert import to_markdown
from bot.rules.reply_eligibility import (
    CONSENT,
    LIMIT_DAY,
    refuse_html,
    refuse_limit,
    refuse_text,
)
from bot.storage.database import Store

_log = logging.getLogger(__name__)

#: Discord allows 4096 characters in an embed's description; shortening may add some.
_PREVIEW_LENGTH = 4000
_ALREADY = "This message was published already, or is on its way."
_NO_DRAFT = "This was already published or cancelled, or it is too old. Please start again."


class ReplyDrafts:
    """The use cases of a member who writes a reply. Each refusal is a sentence for the member."""

    def __init__(
        self, store: Store, chat: Chat, post_lookup: PostLookup, clock: Clock, *, wake_outbox: Callable[[], None]
    ) -> None:
        self._store = store
        self._destinations = ReplyDestinations(store)
        self._post_lookup = post_lookup
        self._checks = ReplyChecks(store, chat)
        self._clock = clock
        self._wake_outbox = wake_outbox

    async def form_for_button(self, target: ReplyTarget, member: MemberView) -> ReplyForm:
        """Check that a member may use a button, and return what the form asks."""
        destination = await self._destinations.of_button(target, member)
        await self._post_lookup.check_before_form(member.guild_id, destination.entry)
        return await self._form(destination, member.id)

    async def form_for_message(self, message: ChatMessage, member: MemberView) -> ReplyForm:
        """Check that a member may publish a message, and return what the form asks."""
        destination = await self._destinations.of_message(message, member)
        refuse(refuse_text(message.content))
        await self._post_lookup.check_before_form(message.guild_id, destination.entry)
        return await self._form(destination, member.id)

    async def draft_from_button(
        self, target: ReplyTarget, member: MemberView, content: str, mentions: Mentions
    ) -> ReplyPreview:
        """Save the text of a form as a draft, and return its preview."""
        destination = await self._destinations.of_button(target, member, allow_parent_gone=True)
        return await self._save_draft(destination, member.id, content, mentions, message=None)

    async def draft_from_message(self, message: ChatMessage, member: MemberView) -> ReplyPreview:
        """Save a message of the writer as a draft, and return its preview."""
        destination = await self._destinations.of_message(message, member, allow_parent_gone=True)
        return await self._save_draft(destination, member.id, message.content, message.mentions, message=message)

    def check_text(self, content: str) -> None:
        """Check a text as typed, before its writer is asked to agree.

        :raises Refused: it is empty, or is marked to stay on Discord.
        """
        refuse(refuse_text(content))

    async def publish(self, reply_id: ReplyId, member: MemberView, interaction_token: Secret) -> Reply:
        """Accept a draft, because its writer pressed **Publish**, and add the deliveries that publish it.

        :raises NotFound: it is not a draft any more.
        :raises Refused: it is another member's, or something changed since the preview; the text says what.
        :raises BridgeError: Discord does not answer.
        """
        reply = await self._own_draft(reply_id, member.guild_id, member.id)
        refuse(await self._checks.refuse_writer(reply, member))
        await self._destinations.refuse_gone_parent(reply)
        refuse(await self._checks.refuse_reply(reply))
        entry = await self._store.entries.get(reply.entry_id)
        if entry is not None:
            await self._post_lookup.check_before_form(reply.guild_id, entry, typed=True, previewed=reply.post_id)
        now = self._clock.now()
        async with self._store.transaction():
            # A member who publishes two replies at once must not exceed the limit with them.
            await self._store.members.lock(member.id)
            await self._refuse_too_many(member.guild_id, member.id)
            if not await self._store.replies.accept(reply_id, interaction_token=interaction_token, at=now):
                raise NotFound(_NO_DRAFT)
            # A reply from the form has no message yet: the bot posts it.
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
        """Turn a reply to a comment that was removed into a draft that answers the post, and return its preview.

        :raises NotFound: there is no such reply, or it was published.
        :raises Refused: it is another member's, or the post takes no replies.
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
        refuse(await self._checks.refuse_writer(reply, member))
        destination = await self._destinations.of_target(target, member.guild_id, reply.origin)
        by_menu = reply.origin is ReplyOrigin.MENU
        async with self._store.transaction():
            await self._store.replies.delete_draft(reply_id)
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
                    post_id=await self._post_lookup.known_post_id(member.guild_id, destination.entry),
                ),
                now=self._clock.now(),
            )
        return _preview(draft, destination)

    async def cancel(self, reply_id: ReplyId, guild_id: GuildId, user_id: UserId) -> None:
        """Delete a draft."""
        await self._own_draft(reply_id, guild_id, user_id)
        await self._store.replies.delete_draft(reply_id)

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
        refuse(refuse_limit(await self._store.replies.get_limit(guild_id), accepted, now))

    async def _form(self, destination: ReplyDestination, user_id: UserId) -> ReplyForm:
        await self._refuse_too_many(destination.subscription.guild_id, user_id)
        profile = await self._store.members.profile(user_id)
        return ReplyForm(
            answering=destination.answering,
            first_time=profile is None or profile.consented_at is None,
            public_name=profile.public_name if profile else "",
            consent=CONSENT,
        )

    async def _save_draft(
        self,
        destination: ReplyDestination,
        user_id: UserId,
        content: str,
        mentions: Mentions,
        *,
        message: ChatMessage | None,
    ) -> ReplyPreview:
        refuse(refuse_text(content))
        parent_id = destination.parent.id if destination.parent else None
        profile = await self._store.members.profile(user_id)
        if profile is None or profile.consented_at is None:
            raise Refused("I need the name to publish under, and your agreement, first. Please start again.")
        agreed = await self._store.members.public_names(mentions.users)
        refuse(await self._checks.refuse_public_name(destination.blog, user_id, profile.public_name))
        names = Names(
            users={int(user): name for user, name in agreed.items()},
            roles=mentions.roles,
            channels=mentions.channels,
        )
        html = to_comment_html(content, names)
        refuse(refuse_html(html))
        reply = await self._store.replies.add(
            NewReply(
                guild_id=destination.subscription.guild_id,
                subscription_id=destination.subscription.id,
                blog_id=destination.blog.id,
                entry_id=destination.entry.id,
                parent_comment_id=parent_id,
                user_id=user_id,
                public_name=profile.public_name,
                origin=ReplyOrigin.MENU if message else ReplyOrigin.BUTTON,
                content=content,
                html=html,
                channel_id=message.ref.channel_id if message else None,
                message_id=message.ref.message_id if message else None,
                message_edited_at=message.edited_at if message else None,
                post_id=await self._post_lookup.known_post_id(destination.subscription.guild_id, destination.entry),
            ),
            now=self._clock.now(),
        )
        return _preview(reply, destination)


def _preview(reply: Reply, destination: ReplyDestination) -> ReplyPreview:
    return ReplyPreview(
        reply_id=reply.id,
        blog_title=destination.blog.title,
        answering=destination.answering,
        public_name=reply.public_name,
        body=to_markdown(wpautop(reply.html), base_url=destination.blog.home_url, limit=_PREVIEW_LENGTH),
        placement=destination.subscription.placement,
        by_button=reply.origin is ReplyOrigin.BUTTON,
        parent_gone=destination.parent_gone,
    )
