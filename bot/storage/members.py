"""Storage of members' profiles, their consents, and author alerts."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from bot.model.alert import AuthorAlert
from bot.model.ids import AlertId, BlogId, GuildId, UserId
from bot.model.reply import Profile
from bot.storage import tables_relay as tables
from bot.storage.column_values import fingerprint, scrub, utc
from bot.storage.statements import fetch, upsert
from bot.storage.tables import NO_AUTHOR

_TOKEN_BYTES = 8
_OF_BLOG = """
SELECT * FROM alerts a WHERE a.blog_id = $1 AND a.off_reason IS NULL
    AND NOT EXISTS (SELECT 1 FROM subscriptions s
        WHERE s.blog_id = a.blog_id AND s.guild_id = a.guild_id AND s.left_at IS NOT NULL)
ORDER BY a.id {key_share}
"""
#: Members who published from one guild only.
_OF_GUILD_ALONE = """
DELETE FROM profiles WHERE user_id IN (SELECT user_id FROM replies WHERE guild_id = $1)
    AND user_id NOT IN (SELECT user_id FROM replies WHERE guild_id <> $1)
"""

_LOCK = "UPDATE profiles SET user_id = user_id WHERE user_id = $1 RETURNING id"


class MemberRepository:
    """The members' profiles, their consents, and author alerts."""

    async def profile(self, user_id: UserId) -> Profile | None:
        """Return the profile of a member: the public name."""
        row = await tables.Profile.get_or_none(user_id=user_id)
        return None if row is None else await _profile_from(row)

    async def lock(self, user_id: UserId) -> None:
        """Block other transactions for this member until the present one ends."""
        await fetch(_LOCK, user_id)

    async def save_profile(self, user_id: UserId, public_name: str) -> Profile:
        """Save a public name; the first call makes the member's token, which then stays."""
        row: dict[str, object] = {
            "user_id": user_id,
            "public_name": scrub(public_name),
            "token": secrets.token_hex(_TOKEN_BYTES),
        }
        saved = await upsert("profiles", row, unique="user_id", keep=["token"])
        return await _profile_from(tables.Profile._init_from_db(**saved))

    async def add_consent(self, user_id: UserId, *, wording: str, at: datetime) -> None:
        """Save a member's consent, in the words that were shown."""
        await tables.Consent.create(user_id=user_id, wording=scrub(wording), at=utc(at))

    async def public_names(self, user_ids: Sequence[UserId]) -> dict[UserId, str]:
        """Return the public names of members who agreed to be published."""
        if not user_ids:
            return {}
        agreed = await tables.Consent.filter(user_id__in=user_ids).distinct().values_list("user_id", flat=True)
        rows = await tables.Profile.filter(user_id__in=agreed) if agreed else []
        return {UserId(row.user_id): row.public_name for row in rows}

    async def add_alert(
        self, *, guild_id: GuildId, blog_id: BlogId, user_id: UserId, author: str | None
    ) -> AuthorAlert:
        """Add an alert, or switch the same one on again."""
        name = author or NO_AUTHOR
        row: dict[str, object] = {
            "guild_id": guild_id,
            "blog_id": blog_id,
            "user_id": user_id,
            "author": scrub(name),
            "author_hash": fingerprint(name),
            "off_reason": None,
        }
        saved = await upsert("alerts", row, unique="guild_id, user_id, blog_id, author_hash")
        return _alert_from(tables.Alert._init_from_db(**saved))

    async def get_alert(self, alert_id: AlertId) -> AuthorAlert | None:
        """Return an alert."""
        row = await tables.Alert.get_or_none(id=alert_id)
        return None if row is None else _alert_from(row)

    async def alerts_of_user(self, guild_id: GuildId, user_id: UserId) -> list[AuthorAlert]:
        """Return a person's alerts in a guild, including those that the bot switched off."""
        return [
            _alert_from(row) for row in await tables.Alert.filter(guild_id=guild_id, user_id=user_id).order_by("id")
        ]

    async def alerts_of_blog(self, blog_id: BlogId) -> list[AuthorAlert]:
        """Return the active alerts on a blog, without those of guilds that the bot has left."""
        rows = await fetch(_OF_BLOG, blog_id)
        return [_alert_from(tables.Alert._init_from_db(**row)) for row in rows]

    async def remove_alerts(self, guild_id: GuildId, user_id: UserId, blog_id: BlogId | None) -> int:
        """Delete a person's alerts on one blog or on all; return how many."""
        alerts = tables.Alert.filter(guild_id=guild_id, user_id=user_id)
        return await (alerts if blog_id is None else alerts.filter(blog_id=blog_id)).delete()

    async def remove_guild_alerts(self, guild_id: GuildId, blog_id: BlogId) -> int:
        """Delete all alerts of a guild on a blog; return how many."""
        return await tables.Alert.filter(guild_id=guild_id, blog_id=blog_id).delete()

    async def forget_guild(self, guild_id: GuildId) -> None:
        """Delete the profiles of members who published from this guild alone, and the guild's limits of replies."""
        await fetch(_OF_GUILD_ALONE, guild_id)
        await fetch("DELETE FROM reply_limits WHERE guild_id = $1", guild_id)

    async def disable_alert(self, alert_id: AlertId, reason: str) -> bool:
        """Switch an alert off; False if it was off already."""
        switched = await tables.Alert.filter(id=alert_id, off_reason__isnull=True).update(off_reason=scrub(reason))
        return switched > 0


async def _profile_from(row: tables.Profile) -> Profile:
    latest = await tables.Consent.filter(user_id=row.user_id).order_by("-at").first()
    return Profile(
        user_id=UserId(row.user_id),
        public_name=row.public_name,
        token=row.token,
        consented_at=None if latest is None else latest.at,
    )


def _alert_from(row: tables.Alert) -> AuthorAlert:
    return AuthorAlert(
        id=AlertId(row.id),
        guild_id=GuildId(row.guild_id),
        blog_id=BlogId(row.blog_id),
        user_id=UserId(row.user_id),
        author=None if row.author == NO_AUTHOR else row.author,
        off_reason=row.off_reason,
    )
