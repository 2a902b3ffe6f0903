"""A hub in memory behind the Hubs port, with the sandbox's rules. Requests inside a transaction fail."""

from dataclasses import dataclass, field
from datetime import timedelta

from tortoise.context import require_context

from bot.bridge.ports import Clock
from bot.bridge.websub.receiver import PUSH_PATH, WebSubReceiver
from bot.model.connection import Secret
from bot.model.errors import BridgeError
from bot.model.feed import Push, PushProtocol
from sandbox.blog.hub_rules import HubRules, Subscriber, Wish, sign

REACHED_AT = "https://bot.example"


@dataclass
class FakeHub:
    """One hub; it reaches the bridge's receiver by the token in a callback."""

    clock: Clock
    rules: HubRules = field(init=False)
    websub_receiver: WebSubReceiver = field(init=False)
    #: the mode and the callback of every request
    asked: list[tuple[str, str]] = field(default_factory=list)
    #: raised by the next requests, after they took effect if ``heard``
    trouble: BridgeError | None = None
    heard: bool = False
    #: verify before the answer
    at_once: bool = False

    def __post_init__(self) -> None:
        self.rules = HubRules(self.clock.now)

    async def subscribe(self, push: Push, *, callback: str, secret: Secret, lease: timedelta) -> None:
        form = {"hub.secret": str(secret), "hub.lease_seconds": str(int(lease.total_seconds()))}
        await self._hear("subscribe", push, callback, form)

    async def unsubscribe(self, push: Push, *, callback: str) -> None:
        await self._hear("unsubscribe", push, callback, {})

    async def verify(self) -> list[bool]:
        """Verify all requests."""
        return [await self._verify(wish) for wish in list(self.rules.wishes)]

    async def publish(
        self, topic: str, *uids: str, method: str = "sha256", secret: str | None = None, content_type: str = ""
    ) -> list[int]:
        """Send to all subscribers; return the statuses of their answers."""
        body = "\n".join(uids).encode()
        return [
            await self.send(each, body, signature=sign(secret or each.secret or "", body, method), kind=content_type)
            for each in self.rules.subscribers(topic)
        ]

    async def send(self, to: Subscriber, body: bytes, *, signature: str, kind: str = "") -> int:
        taken = await self.websub_receiver.receive(_token(to.callback), body, content_type=kind, signature=signature)
        if not taken:
            self.rules.drop(to)
        return 202 if taken else 410

    async def deny(self, topic: str, reason: str) -> list[bool]:
        """Deny all subscriptions of a topic."""
        told = []
        for each in self.rules.subscribers(topic):
            self.rules.drop(each)
            told.append(await self.websub_receiver.deny(_token(each.callback), topic_url=topic, reason=reason))
        return told

    async def _hear(self, mode: str, push: Push, callback: str, form: dict[str, str]) -> None:
        assert "Transaction" not in type(require_context().db()).__name__, "perform outside"
        if push.protocol is PushProtocol.RSSCLOUD:
            self.asked.append((mode, callback))
            return
        if self.trouble is not None and not self.heard:
            raise self.trouble
        self.asked.append((mode, callback))
        wish = self.rules.ask({"hub.mode": mode, "hub.topic": push.topic_url, "hub.callback": callback, **form})
        if self.at_once:
            await self._verify(wish)
        if self.trouble is not None:
            raise self.trouble

    async def _verify(self, wish: Wish) -> bool:
        asked = wish.question()
        meant = await self.websub_receiver.verify_intent(
            _token(wish.callback), mode=wish.mode, topic_url=wish.topic, lease=asked.get("hub.lease_seconds", "")
        )
        return self.rules.verify(wish, status=200 if meant else 404, body=wish.challenge if meant else "")


def _token(callback: str) -> str:
    before, path, token = callback.partition(PUSH_PATH)
    assert (before, path) == (REACHED_AT, PUSH_PATH)
    # a capability, which cannot be guessed (5.1.1)
    assert len(token) >= 22
    return token
