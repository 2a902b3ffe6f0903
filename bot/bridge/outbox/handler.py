"""The base class of the handlers, one for each kind of delivery.

A new kind is an intent in ``model/delivery.py``, a function in ``deliveries.py`` that gives it a lane and a key, a
subclass of :class:`Handler`, and a line in ``assembly.py``.
"""

from abc import ABC, abstractmethod
from datetime import timedelta
from typing import ClassVar, Generic, TypeVar

from bot.bridge.ports import Side
from bot.model.delivery import Delivery, Intent, Postponed
from bot.rules.retry_policy import RETRY_FOR

IntentT = TypeVar("IntentT", bound=Intent)
ResultT = TypeVar("ResultT")


class Handler(ABC, Generic[IntentT, ResultT]):
    """Performs one kind of delivery and records its result.

    ``perform`` runs in no transaction and touches the world outside. ``record`` and ``record_dead`` run in the
    transaction that settles the delivery, and touch the store alone.
    """

    #: the kind of delivery
    handles: ClassVar[type[Intent]]
    #: the side that ``perform`` writes to: while Discord refuses everything, deliveries to blogs go on
    side: ClassVar[Side] = Side.DISCORD
    #: how long temporary errors are retried before the delivery is dead
    retry_for: ClassVar[timedelta] = RETRY_FOR
    #: sends a direct message, which the rate limit of direct messages counts
    sends_direct_message: ClassVar[bool] = False
    #: parks the subscription when its channel is lost, and waits with it; otherwise the delivery is dead
    parks_subscription: ClassVar[bool] = False

    @abstractmethod
    async def perform(self, delivery: Delivery, intent: IntentT) -> ResultT | Postponed:
        """Do what the delivery asks. It may run again after a crash: look before doing it twice.

        :raises BridgeError: it could not be done.
        """

    async def record(self, delivery: Delivery, intent: IntentT, result: ResultT) -> None:
        """Write the result."""

    async def record_dead(self, delivery: Delivery, intent: IntentT, reason: str, *, certain: bool) -> None:
        """Write that the delivery was given up.

        :param certain: False where an attempt may have succeeded without an answer.
        """
