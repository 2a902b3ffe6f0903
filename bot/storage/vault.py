"""Secrets at rest: encrypted before they reach a row. Knows no table, and keeps nothing."""

import base64
import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.model.errors import PermanentError
from bot.model.relay import Secret


class Vault:
    """Locks with the first key, opens with any: a new key in front of the old ones rotates.

    :param keys: texts of any form, long and random (each is hashed once, which makes no weak key strong).
    """

    def __init__(self, keys: Sequence[str]) -> None:
        given = [key.strip() for key in keys if key.strip()]
        # without a key nothing can be locked or opened, but a bot that only announces runs
        self._fernet = MultiFernet([_fernet(key) for key in given]) if given else None

    def lock(self, secret: Secret) -> str:
        """Encrypt.

        :raises PermanentError: there is no key.
        """
        if self._fernet is None:
            raise PermanentError("No key to encrypt passwords with is set, so none can be kept.")
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, locked: str) -> Secret:
        """Decrypt.

        :raises PermanentError: no key fits; the cause is left out, as it holds content.
        """
        try:
            if self._fernet is not None:
                return Secret(self._fernet.decrypt(locked).decode())
        except (InvalidToken, ValueError):
            pass
        raise PermanentError("The blog's password was encrypted with a key that is gone. Connect the blog again.")


def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"backchannel vault\0" + key.encode()).digest()))
