import pytest

from bot.adapters.feeds.discovery.discover import HttpDiscoverer
from bot.adapters.feeds.parser_process.pool import FeedParser
from bot.adapters.net.client import HttpClient


@pytest.fixture
def discoverer(client: HttpClient, parser: FeedParser) -> HttpDiscoverer:
    return HttpDiscoverer(client, parser)
