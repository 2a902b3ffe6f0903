"""A Discord on loopback for trials and tests: REST v10, the gateway, and people who act."""

from sandbox.discord.answers import Answer, Modal
from sandbox.discord.nouns import Channel, Guild, Message, Thread
from sandbox.discord.person import NotAllowed, Person
from sandbox.discord.server import SandboxDiscord

__all__ = ["Answer", "Channel", "Guild", "Message", "Modal", "NotAllowed", "Person", "SandboxDiscord", "Thread"]
