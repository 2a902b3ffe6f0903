"""The documents against the code: commands, settings, quoted texts, links, statements that remove a member's data."""

import ast
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.settings import DEFAULTS
from bot.storage.database import Store
from bot.storage.statements import fetch
from tests.cogs.test_commands import CHOICES, COMMANDS
from tests.databases import MakeDatabase

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
#: Columns that hold a Discord user's id.
PERSONS = ("user_id", "added_by", "connected_by")
#: Pages that name modules and packages.
CODE_PAGES = ["CONTRIBUTING.md", *(f"docs/{name}.md" for name in ("architecture", "feeds", "performance", "security"))]
_LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")
#: A file, or a folder with a slash behind it, as it stands between code marks.
_PATH = re.compile(r"(?<![\w./~@-])((?:[\w-]+/)*[\w-]+\.py|(?:[a-z_]+/)+)(?=[`:*]|$)")
#: A class with its method.
_METHOD = re.compile(r"([A-Z]\w+)\.(?!md$)(_?[a-z]\w+)")


def usage(words: str) -> str:
    """A command with its options, as the tables write it: optional ones in brackets."""
    return " ".join([f"/{words}", *(name if required else f"[{name}]" for name, _, required in COMMANDS[words])])


def first_cells(page: Path, name: str = "command") -> list[str]:
    """The first column of each table under a heading cell of that name, without code marks."""
    cells, inside = [], False
    for line in page.read_text("utf-8").splitlines():
        first = line.split("|")[1].strip() if line.startswith("|") else ""
        inside = first == name or (inside and bool(first))
        if inside and first.startswith("`"):
            cells.append(first.split("`")[1])
    return cells


@pytest.mark.parametrize("page", ["README.md", "docs/guide/admins.md"])
def test_the_tables_name_every_command_with_its_options_and_no_other(page: str) -> None:
    named = first_cells(ROOT / page)
    missing = ["/status"] if page != "README.md" else []
    assert sorted([*named, *missing]) == sorted(map(usage, COMMANDS))
    assert all(f"`{each}`" in (ROOT / page).read_text("utf-8") for each in missing)


@pytest.mark.parametrize(("option", "choices"), CHOICES.items(), ids=str)
def test_the_admins_page_names_every_choice(option: tuple[str, str], choices: list[str]) -> None:
    text = (ROOT / "docs/guide/admins.md").read_text("utf-8")
    assert [each for each in choices if f"`{each}`" not in text] == []


def test_the_operators_page_names_every_setting_with_its_default() -> None:
    text = (ROOT / "docs/guide/operators.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", text, re.M))
    assert rows.keys() == DEFAULTS.keys()
    told = {name: row.strip(" `") for name, row in rows.items() if row.startswith("`")}
    assert told == {name: value for name, value in DEFAULTS.items() if value}


@cache
def texts() -> str:
    """All texts in the bot's code; f-strings in their pieces."""
    trees = [ast.parse(path.read_text("utf-8")) for path in (ROOT / "bot").rglob("*.py")]
    nodes = (node for tree in trees for node in ast.walk(tree))
    return "\n".join(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


@pytest.mark.parametrize("page", sorted((ROOT / "docs/guide").glob("*.md")), ids=lambda page: page.stem)
def test_the_tables_quote_what_the_bot_says(page: Path) -> None:
    rows = [line.split("|")[1] for line in page.read_text("utf-8").splitlines() if line.startswith("|")]
    quotes = [quote for row in rows for quote in re.findall("“(.+?)”", row)]
    assert quotes
    wanting = [quote for quote in quotes for part in quote.split("…") if part.strip(" .#").strip() not in texts()]
    assert wanting == []


@pytest.mark.parametrize("page", ["CHANGELOG.md", "docs/security.md"])
def test_nothing_stands_twice(page: str) -> None:
    """Git merges these pages by union, which keeps both versions of a line that two changes touched."""
    lines = [
        line.split("|")[1] if line.startswith("| ") else line for line in (ROOT / page).read_text("utf-8").splitlines()
    ]
    counted = Counter(line.strip() for line in lines if line.startswith(("- ", " ")) and line.strip())
    assert [line for line, count in counted.items() if count > 1 and line != "promise"] == []


def headings(page: Path) -> Iterator[str]:
    """The anchors that GitHub makes of a page's headings."""
    for title in re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M):
        plain = re.sub(r"[^\w\- ]", "", title.lower())
        yield plain.replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for target in _LINK.findall(page.read_text("utf-8")):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        if not linked.exists() or (anchor and anchor not in headings(linked)):
            broken.append(target)
    assert broken == []


@cache
def places() -> set[str]:
    """All files of Python in the project, and the folders with something in them."""
    tops = ("benchmarks", "bot", "docs", "migrations", "sandbox", "tests")
    found = [path.relative_to(ROOT) for top in tops for path in (ROOT / top).rglob("*.*")]
    folders = {parent for path in found for parent in path.parents if "__pycache__" not in parent.parts}
    return {f"/{path}" for path in found if path.suffix == ".py"} | {f"/{folder}/" for folder in folders}


def code_marks(page: Path) -> list[str]:
    """What a page has between code marks, in lines outside blocks of code."""
    prose = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.M | re.S)
    return re.findall(r"`([^`\n]+)`", prose)


@pytest.mark.parametrize("page", CODE_PAGES)
def test_every_module_and_package_that_a_page_names_exists(page: str) -> None:
    """A path may leave its first folders out; one that begins with a slash belongs to a blog."""
    named = {path for mark in code_marks(ROOT / page) for path in _PATH.findall(f"{mark}`") if path != "discord.py"}
    assert named
    assert sorted(path for path in named if not any(place.endswith(f"/{path}") for place in places())) == []


def test_the_architecture_page_names_every_module_of_the_bridge() -> None:
    marks = code_marks(ROOT / "docs/architecture.md")
    modules = [path for path in (ROOT / "bot/bridge").rglob("*.py") if path.name != "__init__.py"]
    named = [path for path in modules if any(mark.endswith(f"{path.parent.name}/{path.name}") for mark in marks)]
    assert sorted(str(path) for path in {*modules} - {*named}) == []


@cache
def definitions() -> dict[str, set[str]]:
    """Each class of the bot with the names in its body, and under "" all functions and classes."""
    found: dict[str, set[str]] = {"": set()}
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found[""].add(node.name)
            if isinstance(node, ast.ClassDef):
                inside = (each for part in node.body for each in ast.walk(part))
                names = {each.id for each in inside if isinstance(each, ast.Name)}
                methods = (each.name for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
                found.setdefault(node.name, set()).update(names, methods)
    return found


@cache
def names_of_tests() -> set[str]:
    """All functions and classes of tests."""
    texts = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    return {name for text in texts for name in re.findall(r"(?:def|class) ([tT]est\w+)", text)}


def test_every_test_that_the_security_page_names_exists() -> None:
    named = [mark.split("::")[-1] for mark in code_marks(ROOT / "docs/security.md") if re.search("(^|::)[tT]est", mark)]
    named = [name for name in named if not name.endswith(".py")]
    assert named
    missing = [name for name in named if not any(each.startswith(name.split("…")[0]) for each in names_of_tests())]
    assert missing == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md", "docs/security.md"])
def test_every_class_and_method_that_a_page_names_exists(page: str) -> None:
    marks = code_marks(ROOT / page)
    methods = [match.groups() for mark in marks if (match := _METHOD.fullmatch(mark))]
    classes = [mark for mark in marks if re.fullmatch(r"[A-Z][a-z]+([A-Z][a-z]+)+", mark)]
    assert [f"{owner}.{name}" for owner, name in methods if name not in definitions().get(owner, set())] == []
    assert [name for name in classes if name not in definitions()[""]] == []


def test_each_decision_has_a_number_of_its_own() -> None:
    names = [path.name for path in (ROOT / "docs/adr").glob("*.md")]
    assert sorted(int(name[:4]) for name in names) == list(range(1, len(names) + 1))
    for path in (ROOT / "docs/adr").glob("*.md"):
        assert path.read_text("utf-8").startswith(f"# {int(path.name[:4])}. ")


def filler(kind: str) -> str | int:
    """Something that a column of this type takes."""
    return "words" if kind.upper().startswith(("TEXT", "VARCHAR", "CHAR", "TIMESTAMP")) else 1


def removal() -> list[str]:
    """The statements of the privacy page that remove a member."""
    text = (ROOT / "docs/privacy.md").read_text("utf-8")
    (block,) = re.findall(r"```sql\n(.*?)```", text, re.S)
    return [each.strip() for each in block.split(";") if each.strip()]


async def test_the_statements_that_remove_a_member_run_on_both_databases(store: Store) -> None:
    for each in removal():
        await fetch(each)


def test_the_statements_that_remove_a_member_leave_their_id_nowhere(make_database: MakeDatabase) -> None:
    """Every table gets a row in which each column for a person holds the id, and each text the member's words."""
    path = make_database("sqlite", True).removeprefix("sqlite://")
    with sqlite3.connect(path) as connection:
        named = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = [name for name in named if not name.startswith(("sqlite_", "tortoise_"))]
        columns = {each: connection.execute(f"PRAGMA table_info({each})").fetchall() for each in tables}
        for table in tables:
            row = {name: 123 if name in PERSONS else filler(kind) for _, name, kind, *_ in columns[table]}
            places = ", ".join(f":{name}" for name in row)
            connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", row)
        connection.execute("UPDATE replies SET state = 'published'")
        for each in removal():
            connection.execute(each)
        left = [
            f"{table}.{name}"
            for table in tables
            for _, name, *_ in columns[table]
            if name in PERSONS and connection.execute(f"SELECT 1 FROM {table} WHERE {name} = 123").fetchone()
        ]
        assert left == []
        assert connection.execute("SELECT html, author FROM comments").fetchall() == [("", "")]
        assert connection.execute("SELECT content, html, public_name FROM replies").fetchall() == [("", "", "removed")]
