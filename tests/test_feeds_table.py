"""The hundred cases of ``docs/feeds.md``: each has its line, and each line names tests that are there."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \|$", re.M)
ROWS = {int(number): (what, where) for number, what, where in ROW.findall((TESTS.parent / "docs/feeds.md").read_text())}


def test_every_case_has_its_line() -> None:
    assert sorted(ROWS) == list(range(1, 101))
    assert [number for number, (what, _) in ROWS.items() if not what.strip()] == []


def test_every_line_names_files_that_are_there_and_a_test_of_its_number_in_one_of_them() -> None:
    wanting = []
    for number, (_, where) in ROWS.items():
        files = re.findall(r"`([\w/]+\.py)`", where)
        paths = [path for file in files for path in (TESTS / file, TESTS / "adapters" / file) if path.is_file()]
        # One test may hold several cases: test_case_86_93_...
        name = re.compile(rf"def test_case_(?:\d+_)*{number:02d}_")
        if len(paths) != len(files) or not any(name.search(path.read_text()) for path in paths):
            wanting.append(number)
    assert wanting == []


WILD = re.compile(r"^\| W(\d\d) \| (.+?) \| ((?:`[\w/]+\.py`,? ?)+): .+ \|$", re.M)
WILD_ROWS = {
    number: (what, files) for number, what, files in WILD.findall((TESTS.parent / "docs/feeds.md").read_text())
}
FOLDERS = sorted(path.name for path in (TESTS / "data/wild").iterdir())


def test_every_folder_of_wild_inputs_has_its_line() -> None:
    assert sorted(WILD_ROWS) == [folder[:2] for folder in FOLDERS]


def test_every_line_names_a_test_of_its_number_that_is_there() -> None:
    wanting = []
    for number, (_, where) in WILD_ROWS.items():
        files = re.findall(r"[\w/]+\.py", where)
        paths = [path for file in files for path in (TESTS / file, TESTS / "adapters" / file) if path.is_file()]
        # One test may hold several: test_wild_26_27_...
        name = re.compile(rf"def test_wild_(?:\d+_)*{number}_")
        if len(paths) != len(files) or not any(name.search(path.read_text()) for path in paths):
            wanting.append(number)
    assert wanting == []


def test_every_folder_of_wild_inputs_is_read_by_a_test() -> None:
    texts = "\n".join(path.read_text() for path in TESTS.rglob("test_*.py"))
    assert [folder for folder in FOLDERS if folder not in texts] == []
