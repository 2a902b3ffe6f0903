"""Log lines: a sentence and its fields, as text and as JSON, and every log call of the bot gives them."""

import ast
import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import logs

ROOT = Path(__file__).parent.parent / "bot"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
#: Keys that each JSON line has, so that no field may have their name.
TAKEN = {"time", "level", "logger", "message", *vars(logging.makeLogRecord({}))}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], io.StringIO]]:
    """Set logging up in a format, for one test."""
    root, ours = logging.getLogger(), logging.getLogger("bot")
    kept, level, own = root.handlers[:], root.level, ours.level

    def set_up(format_: str) -> io.StringIO:
        stream = io.StringIO()
        monkeypatch.setattr("sys.stderr", stream)
        logs.set_up("debug", format_)
        return stream

    yield set_up
    root.handlers[:] = kept
    root.setLevel(level)
    ours.setLevel(own)


FIELDS = {"action": "poll_failed", "feed": 7, "url": "https://ann:hush@blog.test/feed?token=hush", "why": "two words"}


def test_json_has_a_key_for_each_field(written: Callable[[str], io.StringIO]) -> None:
    stream = written("json")
    logging.getLogger("bot.x").warning("It was %s.", "away", extra=FIELDS)
    line = json.loads(stream.getvalue())
    assert line.pop("time")
    assert line == {
        "level": "warning",
        "logger": "bot.x",
        "message": "It was away.",
        "action": "poll_failed",
        "feed": 7,
        "url": "https://blog.test/feed",
        "why": "two words",
    }


def test_text_has_the_fields_behind_the_sentence(written: Callable[[str], io.StringIO]) -> None:
    stream = written("text")
    logging.getLogger("bot.x").warning("It was %s.", "away", extra=FIELDS)
    assert stream.getvalue().endswith(
        'WARNING bot.x: It was away. action=poll_failed feed=7 url=https://blog.test/feed why="two words"\n'
    )


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_traceback_of_another_process_stands_below_and_shows_no_secret(
    written: Callable[[str], io.StringIO], format_: str
) -> None:
    stream = written(format_)
    fault = 'File "x.py", line 1\nValueError: https://blog.test/feed?token=hush\n'
    logging.getLogger("bot.x").error("It crashed.", extra={"action": "parser_crashed", "traceback": fault})
    assert "hush" not in stream.getvalue()
    if format_ == "json":
        assert "ValueError: https://blog.test/feed" in json.loads(stream.getvalue())["traceback"]
    else:
        assert stream.getvalue().splitlines()[1:] == ['File "x.py", line 1', "ValueError: https://blog.test/feed"]


def _calls() -> Iterator[tuple[str, list[str]]]:
    """Yield where each log call stands, and the names of its fields."""
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
                owner = node.func.value
                if isinstance(owner, ast.Name) and owner.id in ("_log", "logger"):
                    given = [each.value for each in node.keywords if each.arg == "extra"]
                    fields = _assigned(given[0], tree) if given else None
                    keys = fields.keys if isinstance(fields, ast.Dict) else []
                    names = [str(key.value) for key in keys if isinstance(key, ast.Constant)]
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", names


def _assigned(value: ast.expr, tree: ast.Module) -> ast.expr:
    """Return what a name was last given above its use; any other expression as it is."""
    if not isinstance(value, ast.Name):
        return value
    above = [each for each in ast.walk(tree) if isinstance(each, ast.Assign) and each.lineno < value.lineno]
    named = [each for each in above if isinstance(each.targets[0], ast.Name) and each.targets[0].id == value.id]
    return max(named, key=lambda each: each.lineno).value


def test_every_log_call_gives_its_action_first_and_no_key_twice() -> None:
    wrong, seen = [], 0
    for where, names in _calls():
        seen += 1
        if names[:1] != ["action"] or len(set(names)) < len(names) or set(names) & TAKEN:
            wrong.append(where)
    assert seen > 70
    assert wrong == []
