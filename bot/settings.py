"""From the environment to frozen settings, every problem named at once. Read by ``app`` alone.

Keeps no defaults elsewhere: ``.env.example`` lists the same settings, and a test compares the two.
"""

import difflib
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

#: Every setting and its default; None: there is none.
DEFAULTS: dict[str, str | None] = {
    "DISCORD_TOKEN": None,
    "DISCORD_API_URL": None,
    "DATABASE_URL": "sqlite://data/backchannel.db",
    "SECRET_KEY": None,
    "PUBLIC_URL": None,
    "OPERATOR": None,
    "HTTP_HOST": "127.0.0.1",
    "HTTP_PORT": "8080",
    "OUTBOUND_ALLOW": "",
    "POLL_INTERVAL_MIN": "2m",
    "POLL_INTERVAL_MAX": "6h",
    "SUBSCRIPTIONS_PER_SERVER": "500",
    "REPLY_TEXT_KEPT": "30d",
    "LOG_LEVEL": "info",
    "LOG_FORMAT": "text",
}
#: These may also come from a file named by NAME_FILE, as containers hand secrets over.
SECRETS = ("DISCORD_TOKEN", "SECRET_KEY", "DATABASE_URL")
#: First words of our settings' names. HTTP_ and LOG_ are others' too, so they count in our own file only.
_OUR_WORDS = ("DISCORD_", "POLL_", "OUTBOUND_")
_SHARED_WORDS = ("DATABASE_", "SECRET_", "PUBLIC_", "HTTP_", "LOG_")
#: How like a setting a name must be: one or two letters more, less or other.
_LIKE = 0.87

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LEVELS = ("debug", "info", "warning", "error")
_FORMATS = ("text", "json")


class SettingsError(Exception):
    """Some settings cannot be used.

    :param problems: one sentence for each.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, checked."""

    #: None: only commands that need no Discord can run
    discord_token: str | None = field(repr=False)
    discord_api_url: str | None
    database_url: str = field(repr=False)
    #: the first encrypts, all decrypt; empty: one is made at the first start
    secret_keys: tuple[str, ...] = field(repr=False)
    public_url: str | None
    #: who runs the bot, and how to reach them
    operator: str | None
    http_host: str
    http_port: int
    outbound_allow: tuple[IPNetwork, ...]
    poll_interval_min: timedelta
    poll_interval_max: timedelta
    #: blogs that one Discord server may have in its channels
    subscriptions_per_server: int
    #: how long the text of a reply is kept
    reply_text_kept: timedelta
    log_level: str
    log_format: str


def merged(file: Mapping[str, str | None], environment: Mapping[str, str]) -> dict[str, str]:
    """Lay the environment over what a file says; an empty value counts as not set in either."""
    return {name: value for source in (file, environment) for name, value in source.items() if value and value.strip()}


def unknown_names(file: Mapping[str, str | None], environment: Mapping[str, str]) -> list[str]:
    """Name what looks like a setting and is none, with a sentence for each.

    :param file: what ``.env`` says.
    """
    known = {*DEFAULTS, *(f"{name}_FILE" for name in SECRETS)}
    problems = []
    for name in sorted({*file, *environment} - known):
        words = _OUR_WORDS + (_SHARED_WORDS if name in file else ())
        near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=_LIKE)
        if near:
            problems.append(f"{name} is no setting; is {near[0]} meant?")
        elif name.upper().startswith(words):
            problems.append(f"{name} is no setting; .env.example lists all there are.")
    return problems


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Check all settings.

    :raises SettingsError: with a sentence for each that cannot be used.
    """
    problems: list[str] = []
    raw = {name: _raw(name, environment, problems) for name in DEFAULTS}
    shortest = _duration("POLL_INTERVAL_MIN", raw, problems)
    longest = _duration("POLL_INTERVAL_MAX", raw, problems)
    if shortest is not None and longest is not None and shortest > longest:
        problems.append("POLL_INTERVAL_MIN is longer than POLL_INTERVAL_MAX.")
    settings = Settings(
        discord_token=_token(raw, problems),
        discord_api_url=_url("DISCORD_API_URL", raw, problems),
        database_url=_database(raw, problems),
        secret_keys=tuple(key.strip() for key in (raw["SECRET_KEY"] or "").split(",") if key.strip()),
        public_url=_url("PUBLIC_URL", raw, problems),
        operator=raw["OPERATOR"],
        http_host=raw["HTTP_HOST"] or "",
        http_port=_port(raw, problems),
        outbound_allow=_networks(raw, problems),
        poll_interval_min=shortest or timedelta(0),
        poll_interval_max=longest or timedelta(0),
        subscriptions_per_server=_number("SUBSCRIPTIONS_PER_SERVER", raw, problems),
        reply_text_kept=_duration("REPLY_TEXT_KEPT", raw, problems) or timedelta(0),
        log_level=_choice("LOG_LEVEL", raw, _LEVELS, problems),
        log_format=_choice("LOG_FORMAT", raw, _FORMATS, problems),
    )
    if problems:
        raise SettingsError(problems)
    return settings


def _raw(name: str, environment: Mapping[str, str], problems: list[str]) -> str | None:
    """Return a setting as written; an empty one counts as not set."""
    value = environment.get(name, "").strip()
    path = environment.get(f"{name}_FILE", "").strip() if name in SECRETS else ""
    if path and not value:
        try:
            value = Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeError):
            problems.append(f"{name}_FILE names a file that cannot be read.")
    return value or DEFAULTS[name]


def _token(raw: Mapping[str, str | None], problems: list[str]) -> str | None:
    token = raw["DISCORD_TOKEN"]
    if token is not None and any(character.isspace() for character in token):
        problems.append(
            "DISCORD_TOKEN holds white space, which no token does; copy it again from the developer portal."
        )
    return token


def _duration(name: str, raw: Mapping[str, str | None], problems: list[str]) -> timedelta | None:
    match = re.fullmatch(r"(\d{1,6})([smhd])", raw[name] or "")
    if match is None or int(match[1]) == 0:
        problems.append(f"{name} must be a number and a unit, such as 90s, 2m, 6h or 1d.")
        return None
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def _number(name: str, raw: Mapping[str, str | None], problems: list[str]) -> int:
    match = re.fullmatch(r"[1-9][0-9]{0,5}", raw[name] or "")
    if match is None:
        problems.append(f"{name} must be a number from 1 to 999999.")
        return 1
    return int(match[0])


def _url(name: str, raw: Mapping[str, str | None], problems: list[str]) -> str | None:
    url = raw[name]
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        # Reading the port is what checks it.
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        problems.append(f"{name} must be an address such as https://bot.example or http://127.0.0.1:8080.")
    return url.rstrip("/")


def _database(raw: Mapping[str, str | None], problems: list[str]) -> str:
    url = raw["DATABASE_URL"] or ""
    if not url.startswith(("sqlite://", "postgres://")) or url in ("sqlite://", "postgres://"):
        problems.append("DATABASE_URL must start with sqlite:// and a path, or with postgres:// and a server.")
    return url


def _port(raw: Mapping[str, str | None], problems: list[str]) -> int:
    text = raw["HTTP_PORT"] or ""
    if not text.isdecimal() or int(text) > 65535:
        problems.append("HTTP_PORT must be a number from 0 to 65535; 0 takes any free port.")
        return 0
    return int(text)


def _networks(raw: Mapping[str, str | None], problems: list[str]) -> tuple[IPNetwork, ...]:
    networks = []
    for text in (raw["OUTBOUND_ALLOW"] or "").replace(",", " ").split():
        try:
            networks.append(ipaddress.ip_network(text))
        except ValueError:
            problems.append(f"OUTBOUND_ALLOW holds {text!r}, which is no network such as 10.1.0.0/16.")
    return tuple(networks)


def _choice(name: str, raw: Mapping[str, str | None], choices: tuple[str, ...], problems: list[str]) -> str:
    value = (raw[name] or "").lower()
    if value not in choices:
        problems.append(f"{name} must be one of {', '.join(choices)}.")
    return value
