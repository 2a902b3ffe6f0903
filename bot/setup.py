"""``python -m bot setup``: asks for the token, tries it, keeps it in ``.env``, says what to do next.

Asks for nothing else, and shows the token to nobody. Starts nothing.
"""

import getpass
import os
import re
import secrets
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from bot.adapters.discord.application import Application, TokenRefused
from bot.model.errors import BridgeError

#: How often a person may mistype; a pipe has one line.
_TRIES: Final = 3
_NAME: Final = "DISCORD_TOKEN"
#: A line of ``.env`` that sets the token.
_LINE: Final = re.compile(rf"\s*(?:export\s+)?{_NAME}\s*=")
#: What tokens are made of; nothing here needs a quote in ``.env``.
_TOKEN: Final = re.compile(r"[A-Za-z0-9._-]+")

#: Asks Discord whose token it is; raises :class:`BridgeError`.
Look = Callable[[str], Awaitable[Application]]


class Setup:
    """The first run.

    :param kept: the token that ``.env`` or the environment holds now.
    :param env_file: where the token is kept.
    """

    def __init__(self, look: Look, env_file: Path, *, kept: str | None) -> None:
        self._look = look
        self._env_file = env_file
        self._kept = kept

    async def run(self) -> int:
        """Ask until a token is good; returns the exit status."""
        _say("Make an application at https://discord.com/developers/applications, open its page “Bot”,")
        _say("press “Reset Token” and copy what appears. No privileged intent is needed.")
        for _ in range(_TRIES if sys.stdin.isatty() else 1):
            token = self._ask()
            if token is None:
                return _refuse("No token was given. Nothing was changed.")
            if _TOKEN.fullmatch(token) is None:
                _refuse("This is no token: one has letters, digits, dots, dashes and underscores only.")
                continue
            try:
                application = await self._look(token)
            except TokenRefused:
                _refuse(f"Discord does not accept this token{_guess(token)}. Copy it again, or reset it once more.")
            except BridgeError as error:
                return _refuse(f"{error.text} Nothing was changed; see to the network and try again.")
            else:
                return self._finish(token, application)
        return 1

    def _ask(self) -> str | None:
        """Read a token without showing it; None: there is none."""
        note = " (Enter keeps the present one)" if self._kept else ""
        given = getpass.getpass(f"Token{note}: ") if sys.stdin.isatty() else sys.stdin.readline()
        # People copy the word of the HTTP header along with it.
        return given.strip().strip("\"'").removeprefix("Bot ").strip() or self._kept

    def _finish(self, token: str, application: Application) -> int:
        try:
            keep_token(self._env_file, token)
        except OSError as error:
            return _refuse(f"{self._env_file} cannot be written: {error.strerror}.")
        _say(f"This is {application.name}. Its token is in {self._env_file}, which only you can read.")
        if (os.environ.get(_NAME) or token) != token:
            _say(f"But {_NAME} is set in your environment to another token, and that one wins.")
        if application.needs_code_grant:
            _say("Switch “Requires OAuth2 Code Grant” off on the application's page “Bot”, or nobody can invite it.")
        _say("")
        _say(f"1. Invite it to your server:  {application.invite_url}")
        _say("2. Start it:                  make run")
        _say("3. In your server:            /blog add")
        _say("")
        _say("`python -m bot check` says what is wrong, should anything be.")
        return 0


def keep_token(path: Path, token: str) -> None:
    """Write the token into a file of settings, in place of the present one; everything else in it stays.

    The file is replaced as a whole and is readable for its owner alone.
    """
    target = path.resolve()
    lines = target.read_text("utf-8").splitlines() if target.exists() else ["# All settings: .env.example"]
    places = [number for number, line in enumerate(lines) if _LINE.match(line)]
    kept = [line for number, line in enumerate(lines) if number not in places]
    kept.insert(places[0] if places else len(kept), f"{_NAME}={token}")
    draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write("\n".join(kept) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _guess(token: str) -> str:
    """Say what was copied instead, where its shape tells."""
    if token.isdecimal():
        return " (it looks like the application's id)"
    if re.fullmatch(r"[0-9a-f]{64}", token):
        return " (it looks like the application's public key)"
    if "." not in token and len(token) == 32:
        return " (it looks like the OAuth2 client secret)"
    return ""


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _refuse(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 1
