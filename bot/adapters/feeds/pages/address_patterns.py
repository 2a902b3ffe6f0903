"""Match addresses against the patterns in ``platforms.py``, and fill in templates of feed addresses."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

#: Other faces of the same sites, with the same paths.
_SAME_SITE = re.compile(r"^(?:www|m|mobile|old|new|np|music)\.")
_PART = r"[^/?#]{1,200}"
#: Several parts of a path, but not over GitLab's "/-/".
_PARTS = rf"{_PART}(?:/(?!-/){_PART})*?"
_LABEL, _LABELS = r"(?!www\.)[\w-]{1,63}", r"[\w.-]{1,100}"
_PLAIN = re.compile(r"[^\s/?#&]+(?:/[^\s/?#&]+)*")
_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class AddressPattern:
    """A form of addresses, taken apart."""

    host: re.Pattern[str]
    path: re.Pattern[str]
    #: parameters of the query, and the names that their values get
    query: tuple[tuple[str, str], ...]

    def match(self, url: str) -> dict[str, str] | None:
        """Return what the names of the form stand for in an address; None: it is not of this form."""
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        on_host = self.host.fullmatch(host) or self.host.fullmatch(_SAME_SITE.sub("", host))
        below = self.path.fullmatch(re.sub(r"/{2,}", "/", parts.path) or "/")
        given = parse_qs(parts.query) if self.query and on_host and below else {}
        if on_host is None or below is None or any(name not in given for name, _ in self.query):
            return None
        values = on_host.groupdict() | below.groupdict() | {value: given[name][0] for name, value in self.query}
        return values if all(map(_PLAIN.fullmatch, values.values())) else None


def parse_pattern(written: str) -> AddressPattern:
    """Read ``host/path?query`` with names in braces; ``docs/feeds.md`` tells what may stand there."""
    address, _, asked = written.partition("?")
    host, slash, path = address.partition("/")
    bare = (slash + path).removesuffix("/*").rstrip("/")
    end = r"(?:/.*)?" if path.endswith("*") else r"/?"
    pairs = (pair.partition("=") for pair in asked.split("&") if pair)
    return AddressPattern(
        host=re.compile(_LABELS if host == "*" else "".join(_regex_parts(host, _LABEL, _LABELS)), re.IGNORECASE),
        path=re.compile("".join(_regex_parts(bare, _PART, _PARTS)) + end, re.IGNORECASE),
        query=tuple((name, value.strip("{}")) for name, _, value in pairs),
    )


def fill_in(template: str, values: Mapping[str, str]) -> str | None:
    """Put values into a template; None where it has a name without a value."""
    if any(not values.get(name) for name in _NAME.findall(template)):
        return None
    return _NAME.sub(lambda found: values[found[1]], template)


def _regex_parts(written: str, one: str, several: str) -> Iterator[str]:
    for plain, name, many in re.findall(r"([^{]*)(?:\{(\w+)(\+?)\}|$)", written):
        yield re.escape(plain)
        if name:
            yield f"(?P<{name}>{several if many else one})"
