"""Discord's refusals: a status, a JSON error code, a sentence, and for forms the fields at fault."""

from typing import Any

Json = dict[str, Any]

#: Error code to (HTTP status, sentence), as in Discord's table of JSON error codes.
CODES: dict[int, tuple[int, str]] = {
    0: (404, "404: Not Found"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10014: (400, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    10087: (400, "Unknown tag"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later"),
    40001: (401, "401: Unauthorized"),
    40060: (400, "Interaction has already been acknowledged."),
    40067: (400, "A tag is required to create a forum post in this channel"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    130000: (503, "API resource is currently overloaded. Try again a little later"),
    160002: (400, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (403, "Thread is locked"),
    200000: (400, "Message was blocked by automatic moderation"),
    200001: (400, "Title was blocked by automatic moderation"),
}


class ApiError(Exception):
    """A refusal. `code` is Discord's JSON error code; `errors` is the tree of a 50035."""

    def __init__(self, code: int, *, errors: Json | None = None) -> None:
        self.code = code
        self.status, self.message = CODES.get(code, (400, "Invalid Form Body"))
        self.errors = errors
        super().__init__(f"{self.status} {code}: {self.message}")

    def body(self) -> Json:
        """Return the JSON of the response."""
        body: Json = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


class FormErrors:
    """Collects the fields of one body that break a rule."""

    def __init__(self) -> None:
        self._tree: Json = {}
        #: One sentence per fault, for the reader of a failed test.
        self.sentences: list[str] = []

    def add(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        """Add a fault of the field at `path`; `code` is Discord's word such as BASE_TYPE_MAX_LENGTH."""
        node = self._tree
        for part in path:
            node = node.setdefault(str(part), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})
        self.sentences.append(f"{'.'.join(map(str, path)) or 'body'}: {message}")

    def longer(self, path: tuple[str | int, ...], value: object, most: int, least: int = 0) -> None:
        """Add a fault if a text is longer than `most` or shorter than `least` characters."""
        if not isinstance(value, str):
            return
        if len(value) > most:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif len(value) < least:
            self.add(path, "BASE_TYPE_MIN_LENGTH", f"Must be at least {least} in length.")

    def more(self, path: tuple[str | int, ...], value: object, most: int) -> None:
        """Add a fault if a list has more than `most` members."""
        if isinstance(value, list) and len(value) > most:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")

    def __bool__(self) -> bool:
        return bool(self.sentences)

    def error(self) -> ApiError:
        """Return a 50035 with all faults."""
        return ApiError(50035, errors=self._tree)
