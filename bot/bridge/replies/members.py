"""Members' public names, their consent and their own replies; how many replies a guild's members may publish."""

from bot.bridge.ports import Clock
from bot.bridge.replies.checks import refuse
from bot.model.errors import NotFound, Refused
from bot.model.ids import GuildId, UserId
from bot.model.reply import OwnReply, Profile, Reply, ReplyLimit
from bot.rules.discord_to_html.convert import comparable_text
from bot.rules.messages.cards import entry_title, reply_status
from bot.rules.reply_eligibility import CONSENT, clean_name, refuse_name
from bot.storage.database import Store

_LISTED = 10


class ReplyMembers:
    """The use cases behind ``/relay profile``, ``/relay mine`` and ``/relay limit``."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    @property
    def consent(self) -> str:
        """The sentence that a member is asked to agree to."""
        return CONSENT

    async def agree(self, user_id: UserId, name: str, *, consent: bool) -> Profile:
        """Save a member's public name and that they agreed to be published under it.

        :raises Refused: the box was not ticked, or the name cannot be used.
        """
        if not consent:
            raise Refused("Nothing is published without your agreement. Tick **I agree** and send the form again.")
        name = clean_name(name)
        refuse(refuse_name(name))
        async with self._store.transaction():
            await self._store.members.save_profile(user_id, name)
            await self._store.members.add_consent(user_id, wording=CONSENT, at=self._clock.now())
        profile = await self._store.members.profile(user_id)
        if profile is None:
            raise NotFound("Your profile was deleted. Please try again.")
        return profile

    async def rename(self, user_id: UserId, name: str) -> Profile:
        """Change the name under which a member publishes from now on. Their consent stays.

        :raises Refused: the name cannot be used, or the member has not agreed yet.
        """
        profile = await self._store.members.profile(user_id)
        if profile is None or profile.consented_at is None:
            raise Refused("You have not agreed to be published yet.")
        name = clean_name(name)
        refuse(refuse_name(name))
        return await self._store.members.save_profile(user_id, name)

    async def profile(self, user_id: UserId) -> Profile | None:
        """Return a member's public name and consent."""
        return await self._store.members.profile(user_id)

    async def own_replies(self, user_id: UserId, guild_id: GuildId) -> list[OwnReply]:
        """Return a member's newest replies in a guild."""
        found = []
        for reply in await self._store.replies.of_user(user_id, guild_id, _LISTED):
            entry = await self._store.entries.get(reply.entry_id)
            title = entry_title(entry) if entry else "a post that was removed"
            found.append(OwnReply(reply=reply, entry_title=title, text=comparable_text(reply.html)))
        return found

    def status(self, reply: Reply) -> str:
        """Return the state of a reply in a few words."""
        return reply_status(reply)

    async def set_limit(self, guild_id: GuildId, per_ten_minutes: int | None, per_day: int | None) -> ReplyLimit:
        """Change how many replies a member of a guild may publish (None: as before), and return the limit."""
        async with self._store.transaction():
            limit = await self._store.replies.get_limit(guild_id)
            if per_ten_minutes is not None or per_day is not None:
                limit = ReplyLimit(
                    per_ten_minutes=per_ten_minutes or limit.per_ten_minutes, per_day=per_day or limit.per_day
                )
                await self._store.replies.set_limit(guild_id, limit)
        return limit
