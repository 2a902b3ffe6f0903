"""Parse a feed of entries in a worker."""

from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.feeds.parser_process.protocol import DocumentKind, ParseRequest
from bot.model.entry import ParsedFeed


async def parse_entries(parser: FeedParser, body: bytes, *, url: str, content_type: str = "") -> ParsedFeed:
    request = ParseRequest(kind=DocumentKind.ENTRIES, content_type=content_type, url=url)
    return (await parser.parse(request, body)).feed
