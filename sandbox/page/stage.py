"""The state behind the page: the two sides, the bot between them, its people, and their open forms."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from sandbox.blog.blog import SandboxBlog
from sandbox.blog.links import Links
from sandbox.discord import Channel, Modal, SandboxDiscord
from sandbox.discord.guilds import SandboxGuild
from sandbox.discord.nouns import Message, Thread
from sandbox.discord.person import Person
from sandbox.page.view import View
from sandbox.process import BotProcess


@dataclass
class Stage:
    """A guild, its people, a blog, and the bot's process."""

    discord: SandboxDiscord
    blog: SandboxBlog
    bot: BotProcess
    guild: SandboxGuild
    channel: Channel
    olga: Person
    ada: Person
    mia: Person
    #: Forms that people have open, by the person's id.
    forms: dict[int, Modal] = field(default_factory=dict)
    #: Dismissed ephemeral answers.
    dismissed: set[int] = field(default_factory=set)
    #: Posts and comments from before the bot's start, which it does not post.
    known_posts: set[int] = field(default_factory=set)
    known_comments: set[int] = field(default_factory=set)
    #: Numbers of held comments that this page shows to their own authors, as a blog's cookie does.
    own_comments: set[int] = field(default_factory=set)

    @property
    def cast(self) -> dict[str, Person]:
        """Return the people whom a visitor can be in chat, by name, with their roles."""
        return {person.name: person for person in (self.mia, self.ada, self.olga)}

    def person(self, view: View) -> Person:
        """Return the visitor's person in chat; by default the member."""
        return self.cast.get(view.me, self.mia)

    def place(self, view: View, person: Person) -> Channel:
        """Return the open channel, unless it is another person's direct messages."""
        found = self.discord.world.channels.get(int(view.at)) if view.at.isdecimal() else None
        if found is None or (found.recipient is not None and found.recipient is not person):
            return self.channel
        return found

    def visible(self, person: Person, channel: Channel) -> list[Message]:
        """Return the messages that a person sees in a channel, including their ephemeral answers."""
        private = [
            message
            for message in self.discord.world.messages.values()
            if message.ephemeral
            and (message.channel is channel or _about_start(message, channel))
            and message.visible_to is person
            and message.id not in self.dismissed
        ]
        return sorted([*channel.messages, *private], key=lambda message: message.id)

    def inside(self, address: str, view: View) -> str:
        """Return the address on this page for one of the two sides; empty for any other."""
        parts = urlsplit(address)
        if address.startswith("https://discord.com/channels/"):
            _, _, channel, *message = parts.path.strip("/").split("/")
            anchor = f"#m-{message[0]}" if message else ""
            return view.url(at=channel, tab="chat", reply="", dialog="") + anchor
        if not address.startswith(self.blog.url):
            return ""
        found = Links(self.blog.state).read(parts.path, dict(parse_qsl(parts.query)))
        if found.kind == "home":
            return view.url(post="", doing="", answer="", tab="blog", dialog="")
        if found.kind != "post":
            return ""
        rows = self.blog.state.posts.values()
        post = next((row for row in rows if found.post in (row.slug, str(row.id), *row.old_slugs)), None)
        if post is None:
            return ""
        anchor = f"#{parts.fragment}" if parts.fragment else ""
        return view.url(post=str(post.id), doing="", answer="", tab="blog", dialog="") + anchor


def _about_start(message: Message, channel: Channel) -> bool:
    """Return True if an answer in the channel belongs to the message above a thread."""
    source = message.interaction.source if message.interaction else None
    return isinstance(channel, Thread) and source is not None and source.id == channel.id
