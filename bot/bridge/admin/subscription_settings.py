"""Use cases behind ``/blog filter``, ``template``, ``mention``, ``mentions``, ``preview``: what is posted, and how."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.bridge.announce.cards import existing_roles
from bot.bridge.polling.wanted_feeds import update_mentions_feed
from bot.bridge.ports import Chat, Clock
from bot.model.entry import Entry
from bot.model.errors import NotFound, Refused
from bot.model.feed import Blog
from bot.model.filter import Filter, FilterEffect, FilterField, FilterRule, Verdict
from bot.model.ids import BlogId, RoleId
from bot.model.message import ChatPost, RoleView
from bot.model.subscription import SubscribedBlog, Subscription
from bot.rules.filters import LONGEST_PATTERN, MOST_RULES, apply_filter, describe_rule, explain_commas, parse_rules
from bot.rules.html_to_discord.convert import name_line
from bot.rules.messages.cards import in_bold, present_announcement
from bot.rules.templates import PLACEHOLDERS, refuse_template
from bot.storage.database import Store

#: So many of the newest entries show what a filter does.
_TRIED = 10
#: Together with a template they fit into one message.
MOST_ROLES = 10
#: Names every rule at once.
EVERY_RULE = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterView:
    """A filter, and its results for the newest entries."""

    #: a sentence each, as plain text
    rules: tuple[str, ...]
    #: newest first
    tried: tuple["PreviewedEntry", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedEntry:
    """A filter's result for an entry, and whether the entry was posted."""

    entry: Entry
    verdict: Verdict
    posted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPreview:
    """The newest entry as it would be posted now, and whether it would."""

    post: ChatPost
    verdict: Verdict


class SubscriptionSettings:
    """Fits what is posted to a channel's wishes. Every refusal is a sentence for the admin."""

    #: what a template may hold in braces
    placeholders = PLACEHOLDERS

    def __init__(self, store: Store, chat: Chat, clock: Clock) -> None:
        self._store = store
        self._chat = chat
        self._clock = clock

    async def show_filter(self, subscription: Subscription) -> FilterView:
        """Apply the present filter to the newest entries."""
        tried = [
            PreviewedEntry(
                entry=entry,
                verdict=apply_filter(subscription.filter, entry),
                posted=await self._store.messages.of_entry(subscription.id, entry.id) is not None,
            )
            for entry in await self._store.entries.newest(subscription.blog_id, _TRIED)
        ]
        return FilterView(rules=tuple(describe_rule(rule) for rule in subscription.filter.rules), tried=tuple(tried))

    async def change_filter(
        self,
        subscription: Subscription,
        field: FilterField,
        *,
        exclude: str | None = None,
        include: str | None = None,
        remove: str | None = None,
    ) -> Subscription:
        """Add rules to the end of a filter after one was removed; counts for entries that appear from now on.

        :param field: where to look for what is excluded or included: words, several of them parted by commas, or an
            expression between slashes.
        :param remove: a rule as it was suggested, by its sentence or its number, or :data:`EVERY_RULE`.
        :raises Refused: a rule cannot be used or is there already, or there would be too many.
        :raises NotFound: there is no such rule to remove.
        """
        rules = list(subscription.filter.rules)
        if remove is not None:
            gone = _choose_rules(rules, remove)
            rules = [rule for rule in rules if rule not in gone]
        for effect, typed in ((FilterEffect.EXCLUDE, exclude), (FilterEffect.INCLUDE, include)):
            if typed is None:
                continue
            added = [rule for rule in parse_rules(effect, field, typed) if rule not in rules]
            if not added:
                raise Refused("This rule is there already.")
            rules += added
        if len(rules) > MOST_RULES:
            raise Refused(f"A filter may have {MOST_RULES} rules. An expression such as `/this|that/` says several.")
        changed = replace(subscription, filter=Filter(rules=tuple(rules)))
        await self._store.subscriptions.set_filter(subscription.id, changed.filter)
        return changed

    def explain_commas(self, field: FilterField, *typed: str | None) -> str | None:
        """Say what became of commas in what was excluded or included; None where there were none."""
        told = (explain_commas(field, each) for each in typed if each is not None)
        return next((each for each in told if each is not None), None)

    def suggest_rules(self, subscription: Subscription, typed: str) -> list[tuple[str, str]]:
        """Return the rules that contain the typed text: number and sentence, and a key for exactly this rule."""
        rules = [(f"{number}. {describe_rule(rule)}", rule) for number, rule in enumerate(subscription.filter.rules, 1)]
        wanted = typed.strip().casefold()
        return [(sentence, _rule_value(rule)) for sentence, rule in rules if wanted in sentence.casefold()]

    async def suggest_names(self, blog_id: BlogId, field: FilterField, typed: str) -> list[str]:
        """Categories or authors of a blog that contain what was typed, 25 at most; nothing for other fields."""
        match field:
            case FilterField.CATEGORY:
                names = await self._store.entries.categories(blog_id)
            case FilterField.AUTHOR:
                names = await self._store.entries.authors(blog_id)
            case _:
                names = []
        wanted = typed.strip().casefold()
        shown = dict.fromkeys(name_line(name, limit=LONGEST_PATTERN) for name in names)
        return [name for name in shown if name and wanted in name.casefold()][:25]

    async def set_template(self, subscribed: SubscribedBlog, template: str) -> EntryPreview | None:
        """Put words above each entry's card from now on; an empty template ends that.

        :return: the newest entry as it would be posted with it; None: the blog has none.
        :raises Refused: the template cannot be used; the text says why.
        """
        template = template.strip()
        refusal = refuse_template(template)
        if refusal is not None:
            raise Refused(refusal)
        changed = replace(subscribed.subscription, template=template or None)
        await self._store.subscriptions.set_template(changed.id, changed.template)
        return await self._preview(changed, subscribed.blog)

    async def set_pingbacks(self, subscription: Subscription, *, shown: bool) -> None:
        """Choose whether pingbacks and trackbacks are posted; those that are known already never are.

        :raises Refused: comments are not posted there, so there is no place for mentions either.
        """
        if shown and not subscription.comments:
            raise Refused(
                "Comments of this blog are not posted in that channel, and mentions stand where comments do. To have "
                "both, use `/blog remove`, then `/blog add` with comments."
            )
        if shown == (subscription.pingbacks_since is not None):
            return
        now = self._clock.now()
        async with self._store.transaction():
            await self._store.subscriptions.set_pingbacks(subscription.id, now if shown else None)
            await update_mentions_feed(self._store, subscription.blog_id, now)

    async def add_role(self, subscription: Subscription, role: RoleView, standing: Iterable[RoleId]) -> Subscription:
        """Have a role pinged by each entry from now on.

        :param standing: roles that the guild has; others are forgotten.
        :raises Refused: it is everybody's, nobody can be given it, it is pinged already, or there would be too many.
        """
        if role.everybody:
            raise Refused("I never ping everybody. Make a role for those who want to be told, and name that.")
        if role.managed:
            raise Refused(
                f"{in_bold(role.name)} is managed by a bot, an integration or Discord's boosts, so you cannot give it "
                "to those who want to be told. Make a role of your own for them, and name that."
            )
        if role.id in subscription.mentioned_roles:
            raise Refused(f"Each entry pings {in_bold(role.name)} already.")
        kept = set(standing)
        roles = (*(each for each in subscription.mentioned_roles if each in kept), role.id)
        if len(roles) > MOST_ROLES:
            raise Refused(f"An entry may ping {MOST_ROLES} roles. Remove one first.")
        return await self._set_roles(subscription, roles)

    async def remove_role(self, subscription: Subscription, role: RoleView, standing: Iterable[RoleId]) -> Subscription:
        """Have a role pinged no more; parameters as for :meth:`add_role`.

        :raises NotFound: it was not pinged.
        """
        if role.id not in subscription.mentioned_roles:
            raise NotFound(f"No entry pings {in_bold(role.name)}.")
        kept = set(standing) - {role.id}
        return await self._set_roles(subscription, tuple(each for each in subscription.mentioned_roles if each in kept))

    async def preview(self, subscribed: SubscribedBlog) -> EntryPreview:
        """Return the newest entry as it would be posted now.

        :raises NotFound: the blog has none.
        """
        preview = await self._preview(subscribed.subscription, subscribed.blog)
        if preview is None:
            title = in_bold(subscribed.blog.title)
            raise NotFound(f"{title} has no entries yet. The first one will be posted.")
        return preview

    async def _preview(self, subscription: Subscription, blog: Blog) -> EntryPreview | None:
        entries = await self._store.entries.newest(blog.id, 1)
        if not entries:
            return None
        roles = await existing_roles(self._chat, subscription)
        return EntryPreview(
            post=present_announcement(entries[0], subscription, blog, roles=roles),
            verdict=apply_filter(subscription.filter, entries[0]),
        )

    async def _set_roles(self, subscription: Subscription, roles: tuple[RoleId, ...]) -> Subscription:
        await self._store.subscriptions.set_mentioned_roles(subscription.id, roles)
        return replace(subscription, mentioned_roles=roles)


def _rule_value(rule: FilterRule) -> str:
    """Name a rule by what it says, however many were added or removed before it meanwhile."""
    return f"rule:{hashlib.sha256(describe_rule(rule).encode()).hexdigest()[:16]}"


def _choose_rules(rules: Sequence[FilterRule], text: str) -> list[FilterRule]:
    wanted = text.strip()
    if wanted.casefold() == EVERY_RULE and rules:
        return list(rules)
    for number, rule in enumerate(rules, 1):
        if wanted in (f"{number}. {describe_rule(rule)}", describe_rule(rule), str(number), _rule_value(rule)):
            return [rule]
    raise NotFound("There is no such rule. Pick one from the list while typing, or give its number.")
