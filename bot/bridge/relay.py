"""Accepts members' replies: who may, what exactly would be published, and the act of publishing.

Nothing is published but by the writer's own press of Publish, after a preview, under a name they agreed to.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.bridge.intents import acknowledge_reply, publish_reply, speak_reply
from bot.bridge.locate import PostLocator
from bot.bridge.ports import Chat, Clock
from bot.bridge.relay_values import OwnReply, Preview, ReplyForm
from bot.bridge.reply_checks import ReplyChecks, refuse
from bot.bridge.store import Store
from bot.model.chat import ChatMessage, MemberView, Mentions, ReplyTarget
from bot.model.entry import Comment, Entry
from bot.model.errors import NotFound, Refused
from bot.model.feed import Blog
from bot.model.ids import GuildId, MessageId, ReplyId, UserId
from bot.model.relay import NewReply, Profile, Reply, ReplyOrigin, ReplyState, Secret
from bot.model.subscription import Link, Placement, Subscription
from bot.rules.eligibility import (
    CONSENT,
    clean_name,
    refuse_gone,
    refuse_html,
    refuse_member,
    refuse_mode,
    refuse_name,
    refuse_text,
)
from bot.rules.present import entry_title, reply_status
from bot.rules.to_blog import Names, blog_text, to_blog
from bot.rules.to_blog_shown import shown_html
from bot.rules.to_chat import text_line, to_chat

#: as much as the description of a card takes, less what a cut may add
_SHOWN = 4000
_ALREADY = "This message was published already, or is on its way."
_NO_DRAFT = "This was already published or cancelled, or it is too old. Please start again."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a reply would go, and that it may."""

    subscription: Subscription
    blog: Blog
    entry: Entry
    parent: Comment | None

    @property
    def answering(self) -> str:
        return text_line(self.parent.author, limit=60) if self.parent else text_line(entry_title(self.entry), limit=100)


class Relay:
    """The use cases of a member's reply. Every refusal is a sentence for the member."""

    def __init__(
        self, store: Store, chat: Chat, locator: PostLocator, clock: Clock, *, ring: Callable[[], None]
    ) -> None:
        self._store = store
        self._locator = locator
        self._checks = ReplyChecks(store, chat)
        self._clock = clock
        self._ring = ring

    @property
    def consent(self) -> str:
        """What a member is asked to agree to."""
        return CONSENT

    async def open_button(self, target: ReplyTarget, member: MemberView) -> ReplyForm:
        """Ask whether a button may be used, and what its form must ask."""
        place = await self._place_of_button(target, member)
        await self._locator.check_before_form(member.guild_id, place.entry)
        return await self._form(place, member.id)

    async def open_menu(self, message: ChatMessage, member: MemberView) -> ReplyForm:
        """Ask whether a message may be published, and what must be asked first."""
        place = await self._place_of(message, member)
        refuse(refuse_text(message.content))
        await self._locator.check_before_form(message.guild_id, place.entry)
        return await self._form(place, member.id)

    async def draft_from_button(
        self, target: ReplyTarget, member: MemberView, content: str, mentions: Mentions
    ) -> Preview:
        """Keep what was typed into the form as a draft, and show it."""
        place = await self._place_of_button(target, member)
        return await self._draft(place, member.id, content, mentions, message=None)

    async def draft_from_message(self, message: ChatMessage, member: MemberView) -> Preview:
        """Keep the writer's own message as a draft, and show it."""
        place = await self._place_of(message, member)
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
            await self._store.people.save_profile(user_id, name)
            await self._store.people.consent(user_id, wording=CONSENT, at=self._clock.now())
        profile = await self._store.people.profile(user_id)
        if profile is None:
            raise NotFound("Your profile is gone. Please try again.")
        return profile

    async def rename(self, user_id: UserId, name: str) -> Profile:
        """Change the name under which a member publishes from now on; what they agreed to stands.

        :raises Refused: with a name that cannot be used, or before they agreed.
        """
        profile = await self._store.people.profile(user_id)
        if profile is None or profile.consented_at is None:
            raise Refused("You have not agreed to be published yet.")
        name = clean_name(name)
        refuse(refuse_name(name))
        return await self._store.people.save_profile(user_id, name)

    async def publish(self, reply_id: ReplyId, member: MemberView, answer_token: Secret) -> Reply:
        """Take a draft's writer at their word: from here on it goes to the blog.

        :raises NotFound: it is no draft any more.
        :raises Refused: it is not theirs, or what the preview promised does not hold any more; the text says what.
        :raises BridgeError: Discord does not say whether it still holds.
        """
        reply = await self._own_draft(reply_id, member.guild_id, member.id)
        refuse(await self._checks.refuse_presser(reply, member))
        refuse(await self._checks.refuse_reply(reply))
        entry = await self._store.items.get_entry(reply.entry_id)
        if entry is not None:
            await self._locator.check_before_form(reply.guild_id, entry, typed=True)
        now = self._clock.now()
        async with self._store.transaction():
            if not await self._store.replies.accept(reply_id, answer_token=answer_token):
                raise NotFound(_NO_DRAFT)
            # The bot's own message, which a reply from the form gets, is no member's to publish.
            if reply.message_id is not None and not await self._store.replies.claim_message(reply.id, reply.message_id):
                raise Refused(_ALREADY)
            if reply.origin is ReplyOrigin.BUTTON:
                await self._store.outbox.add([acknowledge_reply(reply, now), speak_reply(reply, now)])
            else:
                await self._store.outbox.add([acknowledge_reply(reply, now), publish_reply(reply, now)])
        self._ring()
        return reply

    async def cancel(self, reply_id: ReplyId, guild_id: GuildId, user_id: UserId) -> None:
        """Throw a draft away."""
        await self._own_draft(reply_id, guild_id, user_id)
        await self._store.replies.drop_draft(reply_id)

    async def profile(self, user_id: UserId) -> Profile | None:
        """Under what name a member publishes."""
        return await self._store.people.profile(user_id)

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

    async def _place(self, target: ReplyTarget, guild_id: GuildId, origin: ReplyOrigin) -> _Place:
        subscription = await self._store.subscriptions.get(target.subscription_id)
        if subscription is None or subscription.guild_id != guild_id:
            raise NotFound("This blog is not bridged here any more.")
        blog = await self._store.feeds.get_blog(subscription.blog_id)
        entry = await self._store.items.get_entry(target.entry_id)
        if blog is None or entry is None:
            raise NotFound("I do not know this post any more.")
        connected = await self._store.endpoints.connected(guild_id, blog.id)
        refuse(refuse_mode(subscription.relay_mode, origin, connected=connected))
        comment_id = target.comment_id
        parent = None if comment_id is None else await self._store.items.get_comment(comment_id)
        if parent is not None and parent.entry_id != entry.id:
            raise Refused("This comment belongs to another post of the blog, so it cannot be answered from here.")
        refuse(refuse_gone(entry, parent, answers_comment=comment_id is not None))
        return _Place(subscription=subscription, blog=blog, entry=entry, parent=parent)

    async def _place_of_button(self, target: ReplyTarget, member: MemberView) -> _Place:
        place = await self._place(target, member.guild_id, ReplyOrigin.BUTTON)
        refuse(refuse_member(member, in_threads=place.subscription.placement is not Placement.CHANNEL))
        return place

    async def _place_of(self, message: ChatMessage, member: MemberView) -> _Place:
        if message.author_id != member.id:
            raise Refused(
                "Only the person who wrote a message can publish it. You could ask them to use "
                "**Publish to blog** on it themselves."
            )
        refuse(refuse_member(member, in_threads=member.in_thread))
        link = await self._link_of(message)
        if link is None:
            raise NotFound(
                "I cannot tell what this message answers, as it is not in the thread of a blog post. "
                "Reply to the message of a post or a comment, and publish that."
            )
        target = ReplyTarget(subscription_id=link.subscription_id, entry_id=link.entry_id, comment_id=link.comment_id)
        place = await self._place(target, message.guild_id, ReplyOrigin.MENU)
        await self._refuse_again(message.ref.message_id)
        return place

    async def _refuse_again(self, message_id: MessageId | None) -> None:
        """One message becomes one comment."""
        earlier = await self._store.replies.of_message(message_id) if message_id is not None else None
        if earlier is not None and earlier.state is not ReplyState.REFUSED:
            raise Refused(_ALREADY)

    async def _link_of(self, message: ChatMessage) -> Link | None:
        """What a message answers: the item it replies to, else the entry whose thread it stands in."""
        if message.reply_to is not None:
            link = await self._store.links.of_message(message.reply_to)
            if link is not None:
                return link
        return await self._store.links.of_thread(message.ref.channel_id)

    async def _form(self, place: _Place, user_id: UserId) -> ReplyForm:
        profile = await self._store.people.profile(user_id)
        return ReplyForm(
            answering=place.answering,
            first_time=profile is None or profile.consented_at is None,
            public_name=profile.public_name if profile else "",
            consent=CONSENT,
        )

    async def _draft(
        self, place: _Place, user_id: UserId, content: str, mentions: Mentions, *, message: ChatMessage | None
    ) -> Preview:
        refuse(refuse_text(content))
        profile = await self._store.people.profile(user_id)
        if profile is None or profile.consented_at is None:
            raise Refused("I need the name to publish under, and your agreement, first. Please start again.")
        agreed = await self._store.people.public_names(mentions.users)
        refuse(await self._checks.refuse_public_name(place.blog, user_id, profile.public_name))
        names = Names(
            users={int(user): name for user, name in agreed.items()},
            roles=mentions.roles,
            channels=mentions.channels,
        )
        html = to_blog(content, names)
        refuse(refuse_html(html))
        reply = await self._store.replies.add(
            NewReply(
                guild_id=place.subscription.guild_id,
                subscription_id=place.subscription.id,
                blog_id=place.blog.id,
                entry_id=place.entry.id,
                parent_comment_id=place.parent.id if place.parent else None,
                user_id=user_id,
                public_name=profile.public_name,
                origin=ReplyOrigin.MENU if message else ReplyOrigin.BUTTON,
                content=content,
                html=html,
                channel_id=message.ref.channel_id if message else None,
                message_id=message.ref.message_id if message else None,
                message_edited_at=message.edited_at if message else None,
            ),
            now=self._clock.now(),
        )
        return Preview(
            reply_id=reply.id,
            blog_title=place.blog.title,
            answering=place.answering,
            public_name=profile.public_name,
            body=to_chat(shown_html(html), base_url=place.blog.home_url, limit=_SHOWN),
            placement=place.subscription.placement,
        )
