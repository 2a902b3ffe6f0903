"""Which date of an item is believed, and dates that only look as if they left no doubt."""

from datetime import UTC, datetime

import pytest

from bot.adapters.feeds.dates.published import choose_date
from bot.adapters.feeds.dates.written_dates import read_date
from tests.adapters.feeds.wild import read, rss

JULY_19 = datetime(2024, 7, 19, 7, 45, tzinfo=UTC)
AFTERNOON = datetime(2024, 7, 19, 15, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        # The 31st of November and the 29th of February 2023 were mistyped, and are no days of 2031 and 2029.
        "31-11-10",
        "29/02/23",
        "31/06/24",
        "30.02.05",
        # An hour of 2024 as likely as a second of 2034
        "2024071907",
        # An offset that lost a digit
        "Fri, 19 Jul 2024 07:45:00 +053",
    ],
)
def test_wild_11_mistyped_dates_are_none(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    "zero",
    [
        "Thu, 01 Jan 1970 00:00:00 +0000",
        "1970-01-01T01:00:00+01:00",
        "1970-01-01",
        "Wed, 30 Nov -0001 00:00:00 +0000",
        "0001-01-01T00:00:00Z",
        "1403/04/29",
        "19/07/2567",
        "2567-07-19T07:45:00+07:00",
        "9999-12-31T23:59:59Z",
    ],
)
def test_wild_11_a_clocks_zero_and_years_of_other_calendars_are_no_date(zero: str) -> None:
    assert choose_date([zero]) is None
    assert choose_date([zero, "2024-07-19T07:45:00Z"]) == JULY_19
    dated = "xmlns:dcterms='http://purl.org/dc/terms/'"
    (entry,) = read(
        rss(f"<title>1</title><pubDate>{zero}</pubDate><dcterms:modified {dated}>2024-07-19T07:45Z</dcterms:modified>")
    )
    assert entry.published_at == JULY_19


def test_wild_11_an_old_post_and_one_of_the_future_keep_their_dates() -> None:
    for text in ("1970-01-03", "1 May 1998", "2099-08-01"):
        assert choose_date([text]) == read_date(text) is not None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("19 Jul 2024 3:45p", AFTERNOON),
        ("July 19, 2024 3:45 p", AFTERNOON),
        ("12:45a 19 Jul 2024", datetime(2024, 7, 19, 0, 45, tzinfo=UTC)),
        ("19 Ιουλίου 2024, 3:45 μ.μ.", AFTERNOON),
        ("19 Ιουλίου 2024 7:45 πμ", JULY_19),
        ("الجمعة 19 يوليو 2024 03:45 م", AFTERNOON),
        ("19 يوليو 2024 07:45 صباحًا", JULY_19),
        ("19 تموز 2024 07:45", JULY_19),
        ("19 جويلية 2024 07:45", JULY_19),
        ("۱۹ ژوئیهٔ ۲۰۲۴ ۰۷:۴۵", JULY_19),
        ("19/07/2024 3:45 CH", AFTERNOON),
        ("Fri, 19 Jul 2024 15:45 Fr", AFTERNOON),
        ("20 Jul 2024 15:45 Sa", datetime(2024, 7, 20, 15, 45, tzinfo=UTC)),
        ("1º de julho de 2024", datetime(2024, 7, 1, tzinfo=UTC)),
        ("1.º de julho de 2024", datetime(2024, 7, 1, tzinfo=UTC)),
        ("1° luglio 2024", datetime(2024, 7, 1, tzinfo=UTC)),
        ("1. Feber 2024", datetime(2024, 2, 1, tzinfo=UTC)),
        ("19 Juli 2024 pukul 07.45", JULY_19),
        ("fredag den 19. juli 2024 klokken 7.45", JULY_19),
        ("19 липня 2024 о 07:45", JULY_19),
        ("19. července 2024 v 7:45", JULY_19),
    ],
)
def test_wild_13_halves_of_a_day_and_ordinals_in_more_languages(text: str, moment: datetime) -> None:
    assert read_date(text) == moment
