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
