"""The address in what a person typed or pasted: text around it, signs of chat, handles of social networks; pure."""

import re
import unicodedata

_LINK = re.compile(r"\[[^\[\]\n]*\]\(\s*<?((?:[^\s<>()]|\([^\s<>()]*\))+)>?\s*\)|<((?:https?|feed):[^\s<>]+)>", re.I)
_WITH_SCHEME = re.compile(r"(?:https?|feed):", re.I)
_SLASHES = re.compile(r"(https?):(?:/|\\)+", re.I)
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}\.?", re.I)
_HOST_FIRST = re.compile(rf"{_HOST.pattern}(?::\d{{1,5}})?(?:[/?#]\S*)?", re.I)
#: As people write accounts: of Mastodon and its kin, and of Bluesky.
_FEDERATED = re.compile(rf"@([\w.-]+)@({_HOST.pattern})", re.I)
_BLUESKY = re.compile(rf"@({_HOST.pattern})", re.I)
_NAMED = re.compile(rf"{_HOST_FIRST.pattern}|{_FEDERATED.pattern}|{_BLUESKY.pattern}", re.I)
_QUOTES = "<>\"'`*|“”„‘’‚«»‹›"
_STOPS = ".,;:!…"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_CLOSING = {opening: closing for closing, opening in _BRACKETS.items()}


def find_address(text: str) -> str:
    """Return the one address in a text, without what stands around it; the text where there is none, or several.

    :param text: such as ``my blog: <https://blog.example>.``, ``[blog](https://blog.example)``, ``@ann@host.example``.
    """
    seen = "".join(char for char in text if unicodedata.category(char) != "Cf").strip()
    links = {_bare(found[1] or found[2]) for found in _LINK.finditer(seen)}
    others = set(map(_bare, _LINK.sub(" ", seen).split()))
    words = links | {word for word in others if _WITH_SCHEME.match(word)} or set(filter(_NAMED.fullmatch, others))
    words = words or others
    if len(words) != 1:
        return seen
    return _account(_SLASHES.sub(r"\1://", _bare(words.pop()).removeprefix("view-source:"), count=1))


def _bare(word: str) -> str:
    """Take quotation marks, marks of chat, stops and brackets off, but for brackets that are the address's own."""
    before = ""
    while word != before:
        before = word
        word = word.strip(_QUOTES).rstrip(_STOPS)
        opening = _BRACKETS.get(word[-1:])
        if opening and (word[0] == opening or word.count(word[-1]) > word.count(opening)):
            word = word[:-1]
        closing = _CLOSING.get(word[:1])
        if closing and word.count(word[0]) > word.count(closing):
            word = word[1:]
    return word


def _account(word: str) -> str:
    """Return the address of the page of an account; any other word as it is."""
    if found := _FEDERATED.fullmatch(word):
        return f"https://{found[2]}/@{found[1]}"
    if found := _BLUESKY.fullmatch(word):
        return f"https://bsky.app/profile/{found[1]}"
    return word
