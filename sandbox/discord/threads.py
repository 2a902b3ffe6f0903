"""Creation and change of threads and forum posts, for the bot and for people; callers check permissions before."""

from sandbox.discord.errors import Json
from sandbox.discord.nouns import Channel, Message, Thread, User, now
from sandbox.discord.render import thread_json
from sandbox.discord.world import World

GUILDS = 1 << 0


def create_thread(
    world: World,
    owner: User,
    parent: Channel,
    name: str,
    *,
    message: Message | None = None,
    applied_tags: list[int] | None = None,
    auto_archive_duration: int | None = None,
) -> Thread:
    """Open a thread; one that starts from a message has its id."""
    assert parent.guild is not None
    thread = Thread(
        id=message.id if message else world.snowflake(),
        type=10 if parent.type == 5 else 11,
        name=name,
        guild=parent.guild,
        parent=parent,
        owner=owner,
        applied_tags=list(applied_tags or []),
        auto_archive_duration=auto_archive_duration or 4320,
        member_ids={owner.id},
    )
    world.channels[thread.id] = parent.guild.threads[thread.id] = thread
    if message is not None:
        message.thread = thread
    _emit(world, "THREAD_CREATE", thread, {"newly_created": True})
    return thread


def update_thread(
    world: World,
    thread: Thread,
    *,
    name: str | None = None,
    archived: bool | None = None,
    locked: bool | None = None,
    applied_tags: list[int] | None = None,
    auto_archive_duration: int | None = None,
) -> Thread:
    """Change the fields that are not None and notify the gateway."""
    if name is not None:
        thread.name = name
    if locked is not None:
        thread.locked = locked
    if applied_tags is not None:
        thread.applied_tags = applied_tags
    if auto_archive_duration is not None:
        thread.auto_archive_duration = auto_archive_duration
    if archived is not None and archived != thread.archived:
        thread.archived = archived
        thread.archive_timestamp = now()
    _emit(world, "THREAD_UPDATE", thread, {})
    return thread


def delete_thread(world: World, thread: Thread) -> None:
    """Remove a thread with its messages."""
    assert thread.guild is not None
    body: Json = {
        "id": str(thread.id),
        "guild_id": str(thread.guild.id),
        "parent_id": str(thread.parent.id),
        "type": thread.type,
    }
    world.forget_channel(thread)
    starter = thread.parent.all_messages.get(thread.id)
    if starter is not None:
        starter.thread = None
    world.emit("THREAD_DELETE", lambda _: body, intents=GUILDS, channel=thread.parent)


def _emit(world: World, name: str, thread: Thread, more: Json) -> None:
    world.emit(name, lambda _: thread_json(world, thread) | more, intents=GUILDS, channel=thread)
