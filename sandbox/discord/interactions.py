"""One interaction, from the press of a button to its last answer, with the rules for answers."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.discord.errors import ApiError, Json

if TYPE_CHECKING:
    from sandbox.discord.nouns import Channel, Message, User

#: Seconds until an unanswered interaction is lost.
ANSWER_WITHIN = 3.0
#: Seconds for which the token takes followups and edits.
TOKEN_LIVES = 15 * 60.0

PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 1, 2, 3, 4, 5


@dataclass(eq=False)
class Interaction:
    """A person's interaction with the application, and the answers so far."""

    id: int
    token: str
    type: int
    user: "User"
    channel: "Channel"
    data: Json
    #: The message whose component was used; a modal inherits it from the component that opened it.
    source: "Message | None" = None
    created: float = field(default_factory=time.monotonic)
    #: Type of the first answer: 4 message, 5 and 6 deferred, 7 update, 8 choices, 9 modal.
    callback_type: int | None = None
    original: "Message | None" = None
    followups: list["Message"] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] | None = None
    #: True while the deferred answer waits to be filled in.
    thinking: bool = False
    #: The source's version when the interaction began, to see whether it changed since.
    source_version: int = 0
    #: Seconds within which the first answer must come.
    answer_within: float = ANSWER_WITHIN

    @property
    def age(self) -> float:
        """Return the seconds since the person acted."""
        return time.monotonic() - self.created

    @property
    def updates_source(self) -> bool:
        """Return True if the answer is an update of the component's message."""
        return self.callback_type in (6, 7)

    def require_open(self) -> None:
        """Raise 40060 if it was answered already, 10062 if it is too late to answer."""
        if self.callback_type is not None:
            raise ApiError(40060)
        if self.age > self.answer_within:
            raise ApiError(10062)

    def require_token(self) -> None:
        """Raise 10015 before the first answer, 50027 after the token has expired."""
        if self.age > TOKEN_LIVES:
            raise ApiError(50027)
        if self.callback_type is None:
            raise ApiError(10015)
