"""The ``Link`` header taken apart (RFC 8288, 3); pure. What a link means is for whoever asked."""

import re
from collections.abc import Iterator, Mapping

_VALUE = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+\s*(?:=\s*(?:"[^"]*"|[^\s",;]+))?)*)')
_PARAMETER = re.compile(r';\s*([\w!#$&+.^`|~*-]+)\s*(?:=\s*(?:"([^"]*)"|([^\s",;]+)))?')


def parse_link_header(value: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each link as written, with its parameters by their names in small letters."""
    for target, parameters in _VALUE.findall(value):
        yield target, {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(parameters)}
