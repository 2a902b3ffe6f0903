"""Documents of the wild for tests: where they lie, how one is written, and how it is read."""

from pathlib import Path

from bot.adapters.feeds.parsing.read_document import read_entries
from bot.model.entry import ParsedEntry
from bot.rules.html_to_discord.convert import to_markdown

WILD = Path(__file__).parents[2] / "data/wild"
HOME = "http://garden.example/"


def read(body: bytes | str, *, url: str = f"{HOME}feed.xml") -> list[ParsedEntry]:
    raw = body.encode() if isinstance(body, str) else body
    return list(read_entries(raw, content_type="", url=url).feed.entries)


def wild(name: str, **options: str) -> list[ParsedEntry]:
    return read((WILD / name).read_bytes(), **options)


def rss(*items: str, head: str = "<link>http://garden.example/</link>") -> str:
    spaces = " ".join(
        f'xmlns:{prefix}="{space}"'
        for prefix, space in {
            "content": "http://purl.org/rss/1.0/modules/content/",
            "dc": "http://purl.org/dc/elements/1.1/",
            "media": "http://search.yahoo.com/mrss/",
            "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
            "googleplay": "http://www.google.com/schemas/play-podcasts/1.0",
            "atom": "http://www.w3.org/2005/Atom",
            "x": "http://x.example/ns",
        }.items()
    )
    listed = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss version='2.0' {spaces}><channel><title>Garden diary</title>{head}{listed}</channel></rss>"


def atom(*entries: str, head: str = "", attributes: str = "") -> str:
    listed = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return (
        f"<feed xmlns='http://www.w3.org/2005/Atom' {attributes}><title>Garden diary</title>"
        f"<link href='{HOME}'/>{head}{listed}</feed>"
    )


def text_of(entry: ParsedEntry) -> str:
    return to_markdown(entry.html, base_url=entry.link or HOME, limit=2000)


RDF = (
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><channel>"
    "<title>T</title><link>http://garden.example/</link></channel>"
    "<item><title>5</title><link>/5</link></item></rdf:RDF>"
)
