"""A person in Discord's client: writes, reacts, uses commands, presses buttons, fills in modals.

A person can do only what the client allows: NotAllowed if a permission is missing, ValueError or
LookupError if the client does not offer the act.
"""

# ruff: noqa: ASYNC109 -- the caller's timeout is part of the API: it names what was waited for

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sandbox.discord import forms
from sandbox.discord.answers import Answer, Modal, wait_for
from sandbox.discord.commands import CHAT_INPUT, MESSAGE_MENU, check_options, descend, leaves, wire
from sandbox.discord.errors import ApiError, Json
from sandbox.discord.files import File
from sandbox.discord.interact import begin, resolved
from sandbox.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Interaction
from sandbox.discord.lengths import CONTENT
from sandbox.discord.nouns import Channel, Guild, Message, Thread, User
from sandbox.discord.permission_bits import Permission
from sandbox.discord.permissions import can, compute, require
from sandbox.discord.posting import Draft, create_message, delete_message, edit_message
from sandbox.discord.reactions import add_reaction, remove_reaction
from sandbox.discord.threads import create_thread, delete_thread, update_thread
from sandbox.discord.world import World


class NotAllowed(Exception):
    """Raised when Discord's client does not let this person do something."""


@dataclass(eq=False, repr=False)
class Person(User):
    """A human user. Methods that ask the application wait for its answer, `timeout` seconds at most."""

    world: World = field(kw_only=True)
    dms_closed: bool = False

    async def post(
        self,
        channel: Channel,
        content: str,
        *,
        embeds: list[Json] | None = None,
        attachments: list[Json] | None = None,
    ) -> Message:
        """Write a message into a channel, thread or DM."""
        return self._write(channel, Draft(content=content, embeds=embeds or [], attachments=attachments or []))

    async def reply(self, message: Message, content: str, *, ping: bool = True) -> Message:
        """Reply to a message; `ping` is the client's @ ON switch."""
        allowed = {"parse": ["users", "roles", "everyone"], "replied_user": ping}
        draft = Draft(content=content, reference=message, reference_id=message.id, allowed_mentions=allowed)
        return self._write(message.channel, draft)

    async def dm(self, content: str) -> Message:
        """Write to the bot."""
        return await self.post(self.dm_channel, content)

    async def create_post(self, forum: Channel, title: str, content: str, *, tags: tuple[str, ...] = ()) -> Thread:
        """Open a post in a forum; its first message has the post's id."""
        self._require(forum, Permission.SEND_MESSAGES)
        applied = [tag.id for tag in forum.tags if tag.name in tags]
        thread = create_thread(self.world, self, forum, title, applied_tags=applied)
        create_message(self.world, self, thread, Draft(content=content), message_id=thread.id)
        return thread

    async def start_thread(self, start: Message | Channel, name: str) -> Thread:
        """Open a thread from a message, or from a channel without one."""
        channel = start.channel if isinstance(start, Message) else start
        self._require(channel, Permission.CREATE_PUBLIC_THREADS)
        message = start if isinstance(start, Message) else None
        return create_thread(self.world, self, channel, name, message=message)

    async def edit(self, message: Message, content: str) -> Message:
        """Edit one's own message."""
        if message.author is not self:
            raise NotAllowed(f"{self.name} did not write {message!r}")
        return edit_message(self.world, message, {"content": content})

    async def delete(self, message: Message) -> None:
        """Delete a message; another's needs Manage Messages."""
        if message.author is not self:
            self._require(message.channel, Permission.MANAGE_MESSAGES)
        delete_message(self.world, message)

    async def react(self, message: Message, emoji: str) -> None:
        """React to a message."""
        if emoji not in message.reactions:
            self._require(message.channel, Permission.ADD_REACTIONS)
        add_reaction(self.world, self, message, emoji)

    async def unreact(self, message: Message, emoji: str) -> None:
        """Remove one's own reaction."""
        remove_reaction(self.world, self, message, emoji)

    async def archive(self, thread: Thread, *, archived: bool = True) -> None:
        """Archive a thread (close a post), or reopen it."""
        if thread.owner is not self:
            self._require(thread, Permission.MANAGE_THREADS)
        update_thread(self.world, thread, archived=archived)

    async def lock(self, thread: Thread, *, locked: bool = True) -> None:
        """Lock a thread, or unlock it."""
        self._require(thread, Permission.MANAGE_THREADS)
        update_thread(self.world, thread, locked=locked)

    async def delete_thread(self, thread: Thread) -> None:
        """Delete a thread or post; needs Manage Threads."""
        self._require(thread, Permission.MANAGE_THREADS)
        delete_thread(self.world, thread)

    def close_dms(self) -> None:
        """Block direct messages from the bot."""
        self.dms_closed = True

    def open_dms(self) -> None:
        """Allow direct messages from the bot again."""
        self.dms_closed = False

    @property
    def dm_channel(self) -> Channel:
        """Return the channel of the direct messages with the bot."""
        return self.world.direct_channel(self)

    @property
    def dms(self) -> list[Message]:
        """Return the messages that the bot sent to this person, oldest first."""
        return [message for message in self.dm_channel.messages if message.author is self.world.bot]

    def attach(self, name: str, data: bytes) -> File:
        """Upload a file for a command's option."""
        return self.world.files.add(self.world.snowflake(), name, data)

    async def command(
        self, words: str, /, *, where: Channel | None = None, timeout: float = 10, **options: Any
    ) -> Answer:
        """Use a slash command such as "blog add" in `where` (else the first channel that can be written in)."""
        where = where or self._somewhere()
        command, passed, leaf = self._find(words, where)
        check_options(leaf, options)
        data = _command_data(command, passed, wire(options, leaf))
        data["resolved"] = resolved(self.world, where.guild, options.values())
        return await self._ask(COMMAND, where, data, timeout)

    def offered(self, where: Channel) -> list[tuple[str, Json]]:
        """Return the client's list of commands in `where`: words, and the node with description and options."""
        book = self.world.commands
        known = [*(book.all(where.guild.id) if where.guild else []), *book.all(None)]
        found = []
        for command in known:
            with suppress(NotAllowed):
                self._require_command(command, where)
                found += leaves(command) if command["type"] == CHAT_INPUT else []
        return sorted(found, key=lambda pair: pair[0])

    async def autocomplete(
        self,
        words: str,
        /,
        *,
        option: str,
        value: str = "",
        where: Channel | None = None,
        timeout: float = 10,
        **others: Any,
    ) -> list[tuple[str, Any]]:
        """Type `value` into an option and return the choices shown, as (name, value); `others` were typed before."""
        where = where or self._somewhere()
        command, passed, leaf = self._find(words, where)
        if not any(known["name"] == option and known.get("autocomplete") for known in leaf):
            raise ValueError(f"the option {option!r} of /{words} does not autocomplete")
        data = _command_data(command, passed, wire({**others, option: value}, leaf, option))
        interaction = begin(self.world, AUTOCOMPLETE, self, where, data)
        await wait_for(self.world, interaction, timeout)
        return [(choice["name"], choice["value"]) for choice in interaction.choices or []]

    async def message_command(self, message: Message, name: str, *, timeout: float = 10) -> Answer | Modal:
        """Use a command of a message's context menu."""
        guild = message.channel.guild
        command = self.world.commands.find(guild.id if guild else None, name, MESSAGE_MENU)
        self._require_command(command, message.channel)
        data: Json = {"id": command["id"], "name": name, "type": MESSAGE_MENU, "target_id": str(message.id)}
        data["resolved"] = resolved(self.world, guild, [message])
        return await self._ask_for_any(COMMAND, message.channel, data, timeout)

    async def press(self, shown: Message | Answer, button: str, *, timeout: float = 10) -> Answer | Modal:
        """Press a button by its label or custom_id; `answer.modal` is set if a modal opened."""
        message = self._see(shown)
        part = forms.find_button(message, button)
        data: Json = {"component_type": 2, "custom_id": part["custom_id"], "id": part.get("id", 0)}
        return await self._ask_for_any(COMPONENT, message.channel, data, timeout, source=message)

    async def select(
        self, shown: Message | Answer, custom_id: str, *values: Any, timeout: float = 10
    ) -> Answer | Modal:
        """Choose from a select by values or labels, or by users, roles and channels."""
        message = self._see(shown)
        part = forms.find_select(message, custom_id)
        data: Json = {"component_type": part["type"], "custom_id": part["custom_id"], "id": part.get("id", 0)}
        data["values"] = forms.chosen(part, list(values))
        data["resolved"] = resolved(self.world, message.channel.guild, values)
        return await self._ask_for_any(COMPONENT, message.channel, data, timeout, source=message)

    async def submit(self, shown: "Modal | Answer", /, *, timeout: float = 10, **values: Any) -> Answer:
        """Fill in a modal by the custom_ids of its inputs and send it."""
        modal = shown if isinstance(shown, Modal) else shown.modal
        if modal is None:
            raise LookupError(f"no modal opened: {shown!r}")
        data: Json = {"custom_id": modal.custom_id, "components": forms.fill(modal, values)}
        opened = modal.interaction
        data["resolved"] = resolved(self.world, opened.channel.guild, forms.objects(values))
        return await self._ask(MODAL_SUBMIT, opened.channel, data, timeout, source=opened.source)

    async def _ask(
        self, kind: int, where: Channel, data: Json, timeout: float, source: Message | None = None
    ) -> Answer:
        interaction: Interaction = begin(self.world, kind, self, where, data, source)
        await wait_for(self.world, interaction, timeout)
        return Answer(self.world, interaction)

    async def _ask_for_any(
        self, kind: int, where: Channel, data: Json, timeout: float, source: Message | None = None
    ) -> Answer | Modal:
        answer = await self._ask(kind, where, data, timeout, source)
        return answer.modal or answer

    def _find(self, words: str, where: Channel) -> tuple[Json, list[Json], list[Json]]:
        name, *rest = words.removeprefix("/").split()
        command = self.world.commands.find(where.guild.id if where.guild else None, name)
        self._require_command(command, where)
        passed, leaf = descend(command, rest)
        return command, passed, leaf

    def _require_command(self, command: Json, where: Channel) -> None:
        self._require(where, Permission.USE_APPLICATION_COMMANDS)
        contexts = command.get("contexts")
        if contexts and (0 if where.guild else 1) not in contexts:
            raise NotAllowed(f"/{command['name']} is not offered here")
        wanted = command.get("default_member_permissions")
        if wanted is None or where.guild is None:
            return
        # "0" means administrators only.
        needed = Permission(int(wanted)) or Permission.ADMINISTRATOR
        if compute(self, where) & needed != needed:
            raise NotAllowed(f"{self.name} lacks {needed!r} for /{command['name']}")

    def _somewhere(self) -> Channel:
        for guild in self.guilds:
            for channel in guild.channels.values():
                if channel.type in (0, 5) and can(self, channel, Permission.SEND_MESSAGES):
                    return channel
        raise LookupError(f"{self.name} sees no channel to use a command in; say where=")

    @property
    def guilds(self) -> list[Guild]:
        """Return the guilds of this person."""
        return [guild for guild in self.world.guilds.values() if self.id in guild.members]

    def _see(self, shown: Message | Answer) -> Message:
        message = shown.message if isinstance(shown, Answer) else shown
        if message.deleted:
            raise LookupError(f"{message!r} was deleted")
        if message.visible_to not in (None, self):
            raise NotAllowed(f"{self.name} does not see {message!r}")
        self._require(message.channel, Permission.VIEW_CHANNEL)
        return message

    def _write(self, channel: Channel, draft: Draft) -> Message:
        self._require_speech(channel)
        if not draft.content.strip() and not draft.embeds and not draft.attachments:
            raise ValueError("an empty message cannot be sent")
        if len(draft.content) > CONTENT:
            raise ValueError(f"{len(draft.content)} characters, not {CONTENT} at most")
        return create_message(self.world, self, channel, draft)

    def _require_speech(self, channel: Channel) -> None:
        thread = isinstance(channel, Thread)
        self._require(channel, Permission.SEND_MESSAGES_IN_THREADS if thread else Permission.SEND_MESSAGES)
        if isinstance(channel, Thread) and channel.locked and not can(self, channel, Permission.MANAGE_THREADS):
            raise NotAllowed(f"{channel!r} is locked")
        if channel.is_forum:
            raise NotAllowed("a forum takes posts only: create_post")

    def _require(self, channel: Channel, permission: Permission) -> None:
        try:
            require(self, channel, permission)
        except ApiError as error:
            raise NotAllowed(f"{self.name} lacks {permission!r} in {channel!r}") from error


def _command_data(command: Json, passed: list[Json], options: list[Json]) -> Json:
    for node in reversed(passed):
        options = [{"name": node["name"], "type": node["type"], "options": options}]
    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"], "options": options}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data
