"""``python -m bot check``: examines what the bot needs, and says in words what is wrong and how to mend it.

Changes nothing and shows no secret. What it finds are values; only ``run`` speaks.
"""

import errno
import shutil
import socket
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final

from bot.adapters.discord.application import Application, TokenRefused
from bot.adapters.net.client import HttpClient
from bot.model.errors import BridgeError
from bot.storage.database_errors import Unusable
from bot.storage.encryption import is_weak
from bot.storage.inspect import Condition, inspect

#: Discord's interactions and the blogs' signatures bear a little; people's dates do not.
_CLOCK_OFF: Final = timedelta(seconds=30)
_DISK_LOW: Final = 1_000_000_000
_DISK_FULL: Final = 50_000_000
_OWN_WEB_SECONDS: Final = 3.0


class Severity(StrEnum):
    """How serious a result is."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check."""

    level: Severity
    about: str
    text: str
    #: how to mend it
    remedy: str = ""


class Checkup:
    """Examines everything once.

    :param look: asks Discord whose token it is.
    :param client: reaches PUBLIC_URL as a blog would be reached.
    :param unknown: sentences about names that look like settings and are none.
    """

    def __init__(
        self,
        look: Callable[[str], Awaitable[Application]],
        client: HttpClient,
        *,
        token: str | None,
        database_url: str,
        keys: Sequence[str],
        key_file: Path,
        data_folder: Path,
        public_url: str | None,
        http_host: str,
        http_port: int,
        unknown: Sequence[str] = (),
    ) -> None:
        self._look = look
        self._client = client
        self._token = token
        self._database_url = database_url
        self._keys = keys
        self._key_file = key_file
        self._data_folder = data_folder
        self._public_url = public_url
        self._unknown = unknown
        self._listen_at = (http_host, http_port)
        self._http = ("127.0.0.1" if http_host in ("0.0.0.0", "::", "") else http_host, http_port)  # noqa: S104

    async def run(self) -> int:
        """Say everything; returns the exit status: 1 where something is wrong."""
        findings = [
            *(CheckResult(Severity.WARNING, "settings", text) for text in self._unknown),
            *await self.discord(),
            *await self.database(),
            self.port(),
            await self.public_url(),
            self.disk(),
        ]
        for finding in findings:
            sys.stdout.write(f"{finding.level:<8} {finding.about:<10} {finding.text}\n")
            if finding.remedy:
                sys.stdout.write(f"{'':<19} → {finding.remedy}\n")
        wrong = sum(finding.level is Severity.WRONG for finding in findings)
        things = "thing is" if wrong == 1 else "things are"
        sys.stdout.write(f"\n{wrong} {things} wrong.\n" if wrong else "\nNothing is wrong.\n")
        return 1 if wrong else 0

    async def discord(self) -> list[CheckResult]:
        """Token, what the application was granted, and Discord's clock."""
        if self._token is None:
            return [CheckResult(Severity.WRONG, "token", "DISCORD_TOKEN is not set.", "`make setup` asks for it.")]
        try:
            application = await self._look(self._token)
        except TokenRefused as error:
            remedy = "Reset the token in the developer portal, page “Bot”, and run `make setup`."
            return [CheckResult(Severity.WRONG, "token", error.text, remedy)]
        except BridgeError as error:
            return [
                CheckResult(
                    Severity.WRONG, "token", error.text, "See to the network, and to DISCORD_API_URL if it is set."
                )
            ]
        return [
            CheckResult(Severity.OK, "token", f"Discord knows it: this is {application.name}."),
            _granted(application),
            _clock(application.clock_ahead),
        ]

    async def database(self) -> list[CheckResult]:
        """Check the database, and the key for its encrypted values."""
        keys = self._keys or _kept(self._key_file)
        try:
            condition = await inspect(self._database_url, keys=keys)
        except Unusable as error:
            return [CheckResult(Severity.WRONG, "database", error.what, error.remedy)]
        except BridgeError as error:
            return [
                CheckResult(Severity.WRONG, "database", error.text, "See to DATABASE_URL and to the database's server.")
            ]
        return [_database(condition), self._key(condition, bool(keys))]

    def port(self) -> CheckResult:
        """Check whether the web side can listen, or does."""
        about = "port"
        host, port = self._listen_at
        if port == 0:
            return CheckResult(Severity.OK, about, "The web side takes any free port.")
        if _answers(*self._http):
            return CheckResult(Severity.OK, about, f"The web side runs at {host}:{port}.")
        problem = _why_not_listen(host, port)
        if problem is None:
            return CheckResult(Severity.OK, about, f"The web side can listen on {host}:{port}.")
        return CheckResult(Severity.WRONG, about, problem, "Set HTTP_HOST and HTTP_PORT, or stop what is there.")

    async def public_url(self) -> CheckResult:
        """Check whether the web side answers at its public address, as seen from this machine."""
        about = "PUBLIC_URL"
        if self._public_url is None:
            text = "It is not set, so blogs are connected by an application password, not by a click-through."
            return CheckResult(Severity.OK, about, text)
        try:
            answer = await self._client.request("GET", f"{self._public_url}/healthz")
            if answer.status == 200 and answer.body == b"ok":
                if self._public_url.startswith("https://"):
                    return CheckResult(Severity.OK, about, "The web side answers there.")
                remedy = "Put a proxy with a certificate in front of it."
                text = "The web side answers there, but without https WordPress offers no click-through."
                return CheckResult(Severity.WARNING, about, text, remedy)
            problem = f"Something else answers at {self._public_url}/healthz (status {answer.status})."
        except BridgeError as error:
            problem = error.text
        if not _answers(*self._http):
            text = "It could not be tried, because the web side is not running."
            return CheckResult(Severity.WARNING, about, text, "Start the bot and check again.")
        host, port = self._http
        remedy = (
            f"The web side runs at {host}:{port}; let PUBLIC_URL's server pass requests on to it. If that address is "
            "private on purpose, name its network in OUTBOUND_ALLOW."
        )
        return CheckResult(Severity.WRONG, about, problem, remedy)

    def disk(self) -> CheckResult:
        """Room for the database."""
        if not self._data_folder.exists():
            return CheckResult(Severity.OK, "disk", f"The folder {self._data_folder} is made at the first start.")
        free = shutil.disk_usage(self._data_folder).free
        text = f"{free / 1e9:.1f} GB are free in {self._data_folder}."
        if free < _DISK_FULL:
            return CheckResult(Severity.WRONG, "disk", text, "Make room, or nothing can be kept any more.")
        return CheckResult(Severity.WARNING if free < _DISK_LOW else Severity.OK, "disk", text)

    def _key(self, condition: Condition, has_key: bool) -> CheckResult:  # noqa: FBT001
        about = "SECRET_KEY"
        if condition.unreadable:
            text = f"{condition.unreadable} of {condition.passwords} blogs' passwords cannot be decrypted with it."
            remedy = (
                f"Put the key back that was used before ({self._key_file} or SECRET_KEY), or `/relay connect` again."
            )
            return CheckResult(Severity.WRONG, about, text, remedy)
        if any(is_weak(key) for key in self._keys):
            text = (
                f"{_opens('It is set', condition)} It could be guessed: it is short, repeats itself or is an example."
            )
            remedy = "Put a new one in front (`openssl rand -base64 32`), then a comma, then the present one."
            return CheckResult(Severity.WARNING, about, text, remedy)
        if self._keys:
            return CheckResult(Severity.OK, about, _opens("It is set", condition))
        if not has_key:
            return CheckResult(Severity.OK, about, f"None yet: the first start makes one in {self._key_file}.")
        if self._key_file.stat().st_mode & 0o077:
            text = f"{self._key_file} can be read by others on this machine."
            return CheckResult(Severity.WARNING, about, text, f"chmod 600 {self._key_file}")
        return CheckResult(Severity.OK, about, _opens(f"It is kept in {self._key_file}", condition))


def _granted(application: Application) -> CheckResult:
    about = "intents"
    if application.sends_interactions_away:
        text = "Discord sends commands and buttons to a web address instead of to the bot."
        remedy = "Empty “Interactions Endpoint URL” in the developer portal, page “General Information”."
        return CheckResult(Severity.WRONG, about, text, remedy)
    if application.needs_code_grant:
        remedy = "Switch “Requires OAuth2 Code Grant” off in the developer portal, page “Bot”."
        return CheckResult(Severity.WRONG, about, "Nobody can invite the bot by a plain link.", remedy)
    if application.guilds == 0:
        text = "Nothing is missing, but the bot is in no server yet."
        return CheckResult(Severity.WARNING, about, text, f"Invite it: {application.invite_url}")
    if application.privileged:
        text = f"Nothing is missing. Granted but not needed: {', '.join(application.privileged)}."
        return CheckResult(Severity.OK, about, text)
    return CheckResult(Severity.OK, about, "Nothing is missing; no privileged intent is needed.")


def _clock(ahead: timedelta | None) -> CheckResult:
    if ahead is None:
        return CheckResult(Severity.WARNING, "clock", "Discord's answer had no date to compare with.")
    if abs(ahead) > _CLOCK_OFF:
        text = f"It is {abs(ahead).total_seconds():.0f} s {'ahead of' if ahead > timedelta() else 'behind'} Discord's."
        return CheckResult(Severity.WARNING, "clock", text, "Let the machine set its clock by NTP.")
    return CheckResult(Severity.OK, "clock", "It agrees with Discord's.")


def _database(condition: Condition) -> CheckResult:
    about = "database"
    if not condition.writable:
        remedy = "Give the bot's user the right to write there, or see to DATABASE_URL."
        return CheckResult(Severity.WRONG, about, "It cannot be written to.", remedy)
    if not condition.exists:
        return CheckResult(Severity.OK, about, "There is none yet: the first start makes it.")
    if condition.pending:
        text = f"{condition.pending} migrations are still to be applied."
        return CheckResult(Severity.WARNING, about, text, "The next start does that; or run `python -m bot migrate`.")
    return CheckResult(Severity.OK, about, "It is there, up to date, and can be written to.")


def _kept(key_file: Path) -> tuple[str, ...]:
    try:
        return (key_file.read_text("utf-8").strip(),)
    except OSError:
        return ()


def _opens(text: str, condition: Condition) -> str:
    return f"{text} and opens all {condition.passwords} passwords." if condition.passwords else f"{text}."


def _why_not_listen(host: str, port: int) -> str | None:
    """Try an address; None: it is free."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in found:
            with socket.socket(family, kind, protocol) as probe:
                # As the web side does: what a stopped bot left behind is in nobody's way.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind(address)
    except OSError as error:
        match error.errno:
            case errno.EADDRINUSE:
                return f"Something else listens on {host}:{port}."
            case errno.EACCES:
                return f"The bot's user may not listen on port {port}."
            case _:
                return f"The web side cannot listen on {host}:{port} ({error.strerror})."
    return None


def _answers(host: str, port: int) -> bool:
    """Tell if our web side listens on this machine. Asks directly, past the guard, as the address is our own."""
    connection = HTTPConnection(host, port, timeout=_OWN_WEB_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().read(16) == b"ok"
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
