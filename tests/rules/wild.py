"""HTML of the wild for tests: where the inputs lie, and what chat shows of HTML."""

import json
import re
from pathlib import Path

from bot.rules.html_to_discord.convert import to_markdown

WILD = Path(__file__).parents[1] / "data/wild"
PAGE = "http://garden.example/1"


def pairs(folder: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return each input of a folder with everything that is right."""
    rows = []
    for line in (WILD / folder / "pairs.tsv").read_text().splitlines():
        given, *right = (_unescaped(column) for column in line.split("\t"))
        rows.append((given, tuple(right)))
    return rows


def _unescaped(text: str) -> str:
    return re.sub(r"\\(u[0-9a-f]{4}|[nt\\])", lambda sign: json.loads(f'"{sign[0]}"'), text)


def shown(html: str, *, limit: int = 2000) -> str:
    return to_markdown(html, base_url=PAGE, limit=limit)
