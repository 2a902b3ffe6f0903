"""Encryption of the secrets that are stored."""

import base64
import hashlib
import math
from collections import Counter
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.model.connection import Secret
from bot.model.errors import PermanentError

#: Bits, by a rough count. 32 hexadecimal digits have more, a word or a short sentence has fewer.
_ENOUGH = 80
#: Placeholders from instructions.
_EXAMPLES = ("changeme", "change-me", "example", "long-and-random", "password", "secret", "your-key")


def is_weak(key: str) -> bool:
    """Return True if a key can be guessed: it is short, repeats itself, or consists of placeholders."""
    left = key.casefold()
    for each in _EXAMPLES:
        left = left.replace(each, "")
    counts = Counter(left)
    bits_a_sign = -sum(count / len(left) * math.log2(count / len(left)) for count in counts.values())
    return bits_a_sign * len(left) < _ENOUGH


class Encryption:
    """Encrypts with the first key and decrypts with any, so that keys can be rotated.

    :param keys: long, random texts of any form (each is hashed once, which makes no weak key strong).
    """

    def __init__(self, keys: Sequence[str]) -> None:
        given = [key.strip() for key in keys if key.strip()]
        # a bot that only announces runs without a key
        self._fernet = MultiFernet([_fernet(key) for key in given]) if given else None

    def lock(self, secret: Secret) -> str:
        """Encrypt a secret.

        :raises PermanentError: there is no key.
        """
        if self._fernet is None:
            raise PermanentError("No key to encrypt passwords with is set, so none can be kept.")
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, locked: str) -> Secret:
        """Decrypt a secret.

        :raises PermanentError: no key fits; the cause is left out, as it holds the secret.
        """
        try:
            if self._fernet is not None:
                return Secret(self._fernet.decrypt(locked).decode())
        except (InvalidToken, ValueError):
            pass
        raise PermanentError("The blog's password was encrypted with a key that is gone. Connect the blog again.")


def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"backchannel vault\0" + key.encode()).digest()))
