"""Dates as programs write them in the languages of the world: each is read as the moment that it says, or as none."""

import itertools
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from babel import Locale
from babel.dates import format_date, format_datetime

from bot.adapters.feeds.dates.names import _LANGUAGES
from bot.adapters.feeds.dates.written_dates import read_date
from bot.adapters.feeds.parsing.wordpress_rest import parse_comment_list
from tests.adapters.feeds.wild import read

NIGHT = datetime(2024, 7, 19, 0, 45, tzinfo=UTC)
MORNING = datetime(2024, 7, 19, 7, 45, tzinfo=UTC)
AFTERNOON = datetime(2024, 7, 19, 15, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        # ICU writes Korean so.
        ("2024. 7. 19. AM 12:45", NIGHT),
        ("2024년 7월 19일 금요일 AM 12시 45분", NIGHT),
        ("2024-07-19 PM 3:45:00", AFTERNOON),
        ("2024년 7월 19일 3:45 오후", AFTERNOON),
        ("7月 19, 2024 3:45 午後", AFTERNOON),
        ("2024年7月19日 清晨7:45", MORNING),
        ("2024. július 19. du. 3:45", AFTERNOON),
        ("július 19, 2024 3:45 DU", AFTERNOON),
        ("19 Julai 2024, 3:45 PTG", AFTERNOON),
        ("19 korrik 2024, 3:45 m.d.", AFTERNOON),
        ("19. července 2024 v 3:45 odp.", AFTERNOON),
        ("19 юли 2024 г., 3:45 сл.об.", AFTERNOON),
        ("um 15:45 Uhr am 19. Juli 2024", AFTERNOON),
    ],
)
def test_wild_12_half_days_before_and_behind_the_time(text: str, moment: datetime) -> None:
    assert read_date(text) == moment


@pytest.mark.parametrize("text", ["19 July 2024, 12:45, AM", "19 July 2024 12:45 | am", "19 July 2024 12:45 EST AM"])
def test_wild_12_half_a_day_that_is_not_understood_makes_no_date(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        # Java, for somebody in Peru; "pet" is Friday in Croatian.
        ("Fri Jul 19 10:45:00 PET 2024", 15),
        ("Fri, 19 Jul 2024 10:45:00 (PET)", 15),
        ("19 يوليو, 2024 PET 10:45:00 ص", 15),
        ("Fri, 19 Jul 2024 10:45:00 MET", 9),
        ("Fri, 19 Jul 2024 10:45:00 MEST", 8),
        ("July 19, 2024 10:45 AM, cet", 9),
        ("Fri, 19 Jul 2024 10:45 (cet)", 9),
        ("19 Jul 2024 10:45:00 -0300 BRT", 13),
        # Go writes the name behind the offset, or the offset once more.
        ("2024-07-19 10:45:00.123 +0500 PKST", 5),
        ("2024-07-19 10:45:00 -0300 -03", 13),
        ("Fri, 19 Jul 2024 10:45:00 MST-07:00", 17),
        ("Fri, 19 Jul 2024 10:45:00 CEST +0200", 8),
        ("19. jul. 2024, 10.45.00 GMT+5.00", 5),
        # Git writes it behind the year.
        ("Fri Jul 19 10:45:00 2024 +0200", 8),
        ("10:45 19.07.2024 -0700", 17),
    ],
)
def test_wild_12_more_zones(text: str, hour: int) -> None:
    moment = read_date(text)
    assert moment is not None
    assert moment.replace(microsecond=0) == datetime(2024, 7, 19, hour, 45, tzinfo=UTC)


def test_wild_12_an_abbreviation_has_the_offset_of_its_year() -> None:
    assert read_date("Thu, 19 Jul 2012 10:45:00 MSK") == datetime(2012, 7, 19, 6, 45, tzinfo=UTC)
    assert read_date("Fri, 19 Jul 2024 10:45:00 MSK") == datetime(2024, 7, 19, 7, 45, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["AT", "at", "KT", "WT", "pt", "(pt)", ", ct", "EST+0500", "+0000 JUN"])
def test_wild_12_a_zone_that_is_a_word_as_well_never_becomes_utc(zone: str) -> None:
    assert read_date(f"Fri, 19 Jul 2024 07:45:00 {zone}") is None


@pytest.mark.parametrize(
    "text",
    [
        "19.7.2024 7.45.00",
        "19.7.2024 klo 7.45.00",
        "19. jul. 2024, 07.45",
        "19/07/2024 07.45",
        "Jum, 19 Jul 2024, 07.45.00",
        "19-JUL-24 07.45.00.000000 AM",
        "19 juli 2024 7u45",
        "19/07/2024 07:45h",
        "19/07/2024 07:45 hs",
        "19 juill. 2024 à 07 h 45 min 00 s",
        "19 юли 2024 г., 7:45 ч.",
        "2024 m. liepos 19 d. 07:45",
        "2024(e)ko uztailaren 19(a), 07:45",
        "19. srpnja 2024. u 07:45",
        "19 Temmuz 2024 saat 07:45",
        "19 iulie 2024, ora 07:45",
        "19 Ιουλίου 2024 στις 7:45",
        "19 تموز 2024 في 7:45",
        "19 ביולי 2024 בשעה 7:45",
        "יום ו׳, 19 ביולי 2024, 07:45",
        "19 जुलाई 2024 को 7:45 बजे",
        "e premte, 19 korrik 2024 7:45",
        "Th 6, 19 thg 7 2024 07:45",
    ],
)
def test_wild_13_the_same_moment_as_more_languages_write_it(text: str) -> None:
    assert read_date(text) == MORNING


@pytest.mark.parametrize("text", ["Fri, 19 Jul 2024 7:5:3 GMT", "2024-7-19T7:5:3Z"])
def test_wild_11_times_that_a_program_did_not_fill_up(text: str) -> None:
    assert read_date(text) == datetime(2024, 7, 19, 7, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Paz, 18 Şub 2007", (2007, 2, 18)),
        ("16 Mar 2025 Paz", (2025, 3, 16)),
        ("Втр, 16 Июл 2024", (2024, 7, 16)),
        ("5 Nopember 2024", (2024, 11, 5)),
        ("26 juill. 2024", (2024, 7, 26)),
        ("5 кві 2024", (2024, 4, 5)),
        ("5 čec 2024", (2024, 7, 5)),
        ("25 تشرين الأول 2024", (2024, 10, 25)),
        ("22 كانون الثاني 2024", (2024, 1, 22)),
    ],
)
def test_wild_13_names_that_were_not_known(text: str, day: tuple[int, int, int]) -> None:
    assert read_date(text) == datetime(*day, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        # Days without a year
        "July 19-20",
        "19-20 July",
        "19/20 July",
        "July 19 at 10",
        "19 luglio ore 10",
        "24 July 9",
        # One digit too many
        "2025-11-006",
        "2024-011-19",
        "Fri, 19 Jul 2024 07:45:00 GMT+5:3",
        # A date, or a time with points
        "07.04.05 10:00",
        "2024-07-19 07.45",
    ],
)
def test_wild_11_days_that_are_not_wholly_understood(text: str) -> None:
    assert read_date(text) is None


MOMENTS = [datetime(2024, month, day, 3 * day % 24, 40, 5, tzinfo=UTC) for month in range(1, 13) for day in (4, 19)]


@pytest.mark.parametrize("language", _LANGUAGES)
def test_wild_13_each_language_names_its_months(language: str) -> None:
    months = Locale.parse(language).months["format"]["wide"]
    for moment in MOMENTS:
        month = months[moment.month]
        for text in (
            f"{moment.day} {month} {moment.year} {moment:%H:%M:%S} +0000",
            f"{month} {moment:%d, %Y %H:%M:%S}",
        ):
            # "listopada" is October in Croatian and November in Polish.
            assert read_date(text) == (None if month == "listopada" else moment), text


@pytest.mark.parametrize("language", _LANGUAGES)
def test_wild_13_no_language_is_misread(language: str) -> None:
    patterns = (
        "EEE, dd MMM yyyy HH:mm:ss Z",
        "EEEE, d MMMM yyyy, h:mm:ss a",
        "MMM d, yyyy h:mm:ss a",
        "d. M. yyyy H:mm:ss",
    )
    zone = timezone(timedelta(hours=2))
    for moment, pattern in itertools.product(MOMENTS, patterns):
        local = moment.astimezone(zone) if pattern.endswith("Z") else moment
        text = format_datetime(local, pattern, tzinfo=local.tzinfo, locale=language)
        assert read_date(text) in (moment, None), text
    for moment, length in itertools.product(MOMENTS, ("full", "long", "medium")):
        text = format_date(moment, length, locale=language)
        assert read_date(text) in (moment.replace(hour=0, minute=0, second=0), None), text


def test_wild_11_json_feed_may_write_seconds_as_a_number() -> None:
    written = [1721375100, 1721375100000, "1721375100", True, -5, 10**30]
    items = [{"id": str(at), "content_text": "Words.", "date_published": value} for at, value in enumerate(written)]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Garden diary", "items": items}
    assert [entry.published_at for entry in read(json.dumps(feed))] == [MORNING, MORNING, MORNING, None, None, None]


def test_wild_11_an_offset_in_wordpress_list_counts() -> None:
    rows = [{"id": 1, "date_gmt": "2024-07-19T09:45:00+02:00"}, {"id": 2, "date_gmt": "2024-07-19T07:45:00"}]
    comments = parse_comment_list(json.dumps(rows).encode(), url="http://garden.example/").comments
    assert [comment.published_at for comment in comments] == [MORNING, MORNING]
