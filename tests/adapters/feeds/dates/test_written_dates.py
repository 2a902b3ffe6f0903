"""Dates as feeds write them: each is the moment that it says, or none."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.feeds.dates.written_dates import read_date
from bot.adapters.feeds.parsing.read_document import read_entries


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type, misc]


JULY_19 = at(2024, 7, 19, 7, 45)


@pytest.mark.parametrize(
    "text",
    [
        "2024/07/19 07:45:00",
        "2024.07.19 07:45",
        "2024-07-19 07:45:00 UTC",
        "2024-07-19T07:45:00Z",
        "2024-07-19t07:45:00z",
        "2024-07-19T07:45:00.123456789Z",
        "2024-07-19T07:45:00,5+00:00",
        "2024-07-19T09:45+02:00",
        "2024-07-19T09:45:00 +0200",
        "2024-07-19T09:45:00+02",
        "2024-07-19T09:45+02:00[Europe/Brussels]",
        "20240719T074500Z",
        "20240719T0745Z",
        "20240719074500",
        "202407190745",
        "20240719 07:45",
        "2024-W29-5T07:45:00Z",
        "2024W295T074500Z",
        "2024-201T07:45:00Z",
        "2024201T0745Z",
        "19-07-2024 07:45:00",
        "19/07/2024 07:45",
        "19.07.2024 07:45",
        "19.07.2024, 07:45 Uhr",
        "07/19/2024 07:45",
        "07-19-2024, 7:45 AM",
        "2024-19-07 07:45",
        "19 07 2024 07:45",
        "07:45 19/07/2024",
        "1721375100",
        "1721375100.0",
        "1721375100000",
        "Fri, 19 Jul 2024 07:45:00 GMT",
        "Fri, 19 Jul 2024 16:45:00 +0900",
        "Fri, 19 Jul 2024 16:45:00 +900",
        "Fri, 19 Jul 2024 16:45:00 +9",
        "Fri, 19 Jul 2024 16:45:00 +9:00",
        "Fri,19 Jul 2024 07:45:00 GMT",
        "Fri 19 Jul 2024 07:45 GMT",
        "19 Jul 2024 07:45",
        "19 Jul 24 07:45:00 GMT",
        "Fri Jul 19 07:45:00 2024",
        "Fri Jul 19 09:45:00 CEST 2024",
        "Fri Jul 19 2024 09:45:00 GMT+0200 (Central European Summer Time)",
        "Fri, 19 Jul 2024 00:45:00 -0700 (PDT)",
        "Fri, 19 Jul 2024 16:45:00 (JST)",
        "July 19, 2024 7:45 am",
        "Jul. 19th, 2024 at 7:45AM",
        "Friday, the 19th of July 2024, 7:45 a.m.",
        "2024 July 19 07:45",
        "2024年7月19日 07:45",
        "2024年7月19日(金) 7時45分",
        "2024年07月19日 星期五 7时45分0秒",
        "2024年7月19日 上午7:45",
        "2024년 7월 19일 오전 7시 45분",
        "2024년 7월 19일 금요일 07:45",
        "２０２４年７月１９日 ０７：４５",
        "١٩/٠٧/٢٠٢٤ ٠٧:٤٥",
    ],
)
def test_the_same_moment_in_many_forms(text: str) -> None:
    assert read_date(text) == JULY_19


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Tue, 09 Jul 2024 10:00:00 JST", at(2024, 7, 9, 1)),
        ("Tue, 09 Jul 2024 10:00:00 CEST", at(2024, 7, 9, 8)),
        ("Tue, 09 Jul 2024 10:00:00 CET", at(2024, 7, 9, 9)),
        ("Tue, 09 Jul 2024 10:00:00 BST", at(2024, 7, 9, 9)),
        ("Tue, 09 Jul 2024 10:00:00 MSK", at(2024, 7, 9, 7)),
        ("Tue, 09 Jul 2024 10:00:00 AEST", at(2024, 7, 9, 0)),
        ("Tue, 09 Jul 2024 10:00:00 UTC+09:00", at(2024, 7, 9, 1)),
        ("Tue, 09 Jul 2024 10:00:00 UTC+9", at(2024, 7, 9, 1)),
        ("Tue, 09 Jul 2024 10:00:00 GMT+2", at(2024, 7, 9, 8)),
        ("Tue, 09 Jul 2024 10:00:00 GMT -0330", at(2024, 7, 9, 13, 30)),
        ("Tue, 09 Jul 2024 10:00:00 Europe/Brussels", at(2024, 7, 9, 8)),
        ("Tue, 09 Jan 2024 10:00:00 Europe/Brussels", at(2024, 1, 9, 9)),
        ("Tue, 09 Jul 2024 10:00:00 (America/New_York)", at(2024, 7, 9, 14)),
        ("Tue, 09 Jul 2024 10:00:00 america/argentina/buenos_aires", at(2024, 7, 9, 13)),
        ("Tue, 09 Jul 2024 10:00:00 EST", at(2024, 7, 9, 15)),
        ("Tue, 09 Jul 2024 10:00:00 EDT", at(2024, 7, 9, 14)),
        ("Tue, 09 Jul 2024 10:00:00 CST", at(2024, 7, 9, 16)),
        ("Tue, 09 Jul 2024 10:00:00 CDT", at(2024, 7, 9, 15)),
        ("Tue, 09 Jul 2024 10:00:00 MST", at(2024, 7, 9, 17)),
        ("Tue, 09 Jul 2024 10:00:00 MDT", at(2024, 7, 9, 16)),
        ("Tue, 09 Jul 2024 10:00:00 PST", at(2024, 7, 9, 18)),
        ("Tue, 09 Jul 2024 10:00:00 PDT", at(2024, 7, 9, 17)),
        ("Tue, 09 Jul 2024 10:00 PM PDT", at(2024, 7, 10, 5)),
        ("Tue, Jul 9 2024 01:00:00 PM EST", at(2024, 7, 9, 18)),
        ("July 9, 2024 at 10:00 p.m. Europe/Brussels", at(2024, 7, 9, 20)),
        ("2024-07-09 10:00 PM +0200", at(2024, 7, 9, 20)),
        ("2024-07-09+02:00", at(2024, 7, 8, 22)),
        ("2024-07-09Z", at(2024, 7, 9)),
        ("Tue, 09 Jul 2024 12:00 AM GMT", at(2024, 7, 9)),
        ("Tue, 09 Jul 2024 12:00 PM GMT", at(2024, 7, 9, 12)),
        ("Tue, 09 Jul 2024 3 PM", at(2024, 7, 9, 15)),
        ("Tue, 09 Jul 2024 23:59:60 GMT", at(2024, 7, 9, 23, 59, 59)),
        ("2024-12-31T24:00:00Z", at(2025, 1, 1)),
    ],
)
def test_zones_and_half_days(text: str, moment: datetime) -> None:
    assert read_date(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Mon, 16th Nov 2020 13:16:28 GMT", at(2020, 11, 16, 13, 16, 28)),
        ("July 9, 2024", at(2024, 7, 9)),
        ("Di, 23 Jan 2018 00:00:00 +0100", at(2018, 1, 22, 23)),
        ("Friday, December 22, 2017 - 3:09pm", at(2017, 12, 22, 15, 9)),
        ("Friday, December 22, 2017 – 3:09pm", at(2017, 12, 22, 15, 9)),
        ("December 22,2017,3:09pm", at(2017, 12, 22, 15, 9)),
        ("Dec 1st, 2017", at(2017, 12, 1)),
        ("22nd December 2017 15:09", at(2017, 12, 22, 15, 9)),
        ("3rd Sept. 2017", at(2017, 9, 3)),
        ("9. Juli 2024 10:30", at(2024, 7, 9, 10, 30)),
        ("Mittwoch, 6. März 2024, 10:30 Uhr", at(2024, 3, 6, 10, 30)),
        ("Mi, 06 Mrz 2024 10:30:00 +0100", at(2024, 3, 6, 9, 30)),
        ("Do, 12 Dez 2024 10:30:00 +0100", at(2024, 12, 12, 9, 30)),
        ("jeu., 12 déc. 2024 10:30:00 +0100", at(2024, 12, 12, 9, 30)),
        ("mardi 9 juillet 2024 à 10h30", at(2024, 7, 9, 10, 30)),
        ("1er août 2024", at(2024, 8, 1)),
        ("mar 9 juil 2024 10:30:00 +0200", at(2024, 7, 9, 8, 30)),
        ("fevrier 3, 2024", at(2024, 2, 3)),
        ("mar, 09 jul 2024 10:30:00 +0200", at(2024, 7, 9, 8, 30)),
        ("martes, 9 de julio de 2024 10:30", at(2024, 7, 9, 10, 30)),
        ("5 de marzo de 2024", at(2024, 3, 5)),
        ("5 mar 2024", at(2024, 3, 5)),
        ("gio, 11 lug 2024 10:30:00 +0200", at(2024, 7, 11, 8, 30)),
        ("giovedì 11 luglio 2024, ore 10:30", at(2024, 7, 11, 10, 30)),
        ("ter, 9 set 2025 10:30:00 -0300", at(2025, 9, 9, 13, 30)),
        ("terça-feira, 9 de setembro de 2025", at(2025, 9, 9)),
        ("di 9 jul. 2024 10:30:00 +0200", at(2024, 7, 9, 8, 30)),
        ("dinsdag 5 maart 2024 om 10:30 uur", at(2024, 3, 5, 10, 30)),
        ("Вт, 09 июл 2024 10:30:00 +0300", at(2024, 7, 9, 7, 30)),
        ("9 июля 2024 г. 10:30", at(2024, 7, 9, 10, 30)),
        ("wt., 9 lipca 2024 10:30:00 +0200", at(2024, 7, 9, 8, 30)),
        ("tis, 9 juli 2024 kl. 10:30", at(2024, 7, 9, 10, 30)),
        ("9 Temmuz 2024 10:30", at(2024, 7, 9, 10, 30)),
        ("9 липня 2024 р.", at(2024, 7, 9)),
        ("Τρί, 09 Ιουλ 2024 10:30:00 +0300", at(2024, 7, 9, 7, 30)),
        ("31/07/99", at(1999, 7, 31)),
    ],
)
def test_names_of_days_and_months_in_many_languages(text: str, moment: datetime) -> None:
    assert read_date(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "3 hours ago",
        "June",
        "2024",
        "2024-07",
        "June 2024",
        "03-06-2024",
        "03/06/2024 10:00",
        "03.06.2024",
        "3 6 2024",
        "19/07/24",
        "10/11/12",
        "2024-02-30",
        "30 Feb 2024",
        "2024-13-13",
        "2024-07-19T25:00:00Z",
        "Fri, 19 Jul 2024 07:61:00 GMT",
        "Fri, 19 Jul 2024 15:45 AM",
        "Fri, 19 Jul 2024 07:45:00 +9900",
        "Fri, 19 Jul 2024 07:45:00 +1500",
        "Fri, 19 Jul 2024 07:45:00 -1300",
        "Fri, 19 Jul 2024 07:45:00 IST",
        "Fri, 19 Jul 2024 07:45:00 AST",
        "Fri, 19 Jul 2024 07:45:00 XYZ",
        "Fri, 19 Jul 2024 07:45:00 Mars/Olympus",
        "Fri, 19 Jul 2024 07:45:00 (Mars)",
        "Fri, 19 Jul 2024 07:45 and later",
        "Fri, 19 Jul 2024 to Sat, 20 Jul 2024",
        "19 Jul 2024 07:45 08:45",
        "19 Jul 2024 Aug",
        "sam., 28 août 2023 24:00:00",
        "9 listopad 2024",
        "9 lip 2024",
        "7",
        "12345678",
        "99999999999999",
        "0000-00-00 00:00:00",
        "19/07/2024 + 3",
        "19 Jul 20245",
        "1" * 200,
        "Jul " * 30,
    ],
)
def test_what_leaves_a_doubt_is_no_date(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "2024_07_19 07:45",
        "2024-07-19_07:45",
        "2024-07-19T07:45:00 UTC",
        "2024-07-19T07:45:00GMT",
        "2024-07-19T7:45:00Z",
        "2024-07-19T07:45:00.000Z[UTC]",
        "2024-07-19T09:45:00[Europe/Brussels]",
        "2024-07-19T09:45:00 Europe/Brussels",
        "2024-07-19T09:45:00CEST",
        "2024-07-19T09:45:00 GMT+2",
        "2024-07-19T09:45:00 +02:00 (CEST)",
        "2024-W29-5T09:45 CEST",
        "2024-07-19T07,75Z",
        "2024-07-19T07:45.0Z",
        "20240719074500Z",
        "20240719094500+0200",
        "20240719 07:45:00 UTC",
        "19/Jul/2024:07:45:00 +0000",
        "2024年7月19日上午7点45分",
        "2024 年 7 月 19 日 07:45",
        "金, 19 7月 2024 16:45:00 +0900",
        "금, 19 7월 2024 16:45:00 +0900",
        "星期五, 19 七月 2024 15:45:00 +0800",
        "7月 19, 2024 07:45",
        "Fri, 19 Jul 2024, 09:45:00, +0200",
    ],
)
def test_wild_11_the_same_moment_in_still_more_forms(text: str) -> None:
    assert read_date(text) == JULY_19


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024년 7월 19일 오후 3시 45분", at(2024, 7, 19, 15, 45)),
        ("2024년 7월 19일 오전 12시 30분", at(2024, 7, 19, 0, 30)),
        ("2024年7月19日 午後3時5分", at(2024, 7, 19, 15, 5)),
        ("2024年7月19日 午後0時30分", at(2024, 7, 19, 12, 30)),
        ("2024年7月19日下午3点45分", at(2024, 7, 19, 15, 45)),
        ("2024年7月19日 晚上8:00", at(2024, 7, 19, 20)),
        ("2024年7月19日 中午12:30", at(2024, 7, 19, 12, 30)),
        ("五, 05 1月 2024 10:00:00 +0800", at(2024, 1, 5, 2)),
        ("5 十二月 2024", at(2024, 12, 5)),
        ("1월 5, 2024", at(2024, 1, 5)),
        ("Thứ Sáu, 5 tháng 1, 2024", at(2024, 1, 5)),
        ("Thứ 6, 05 thg 1 2024 10:00", at(2024, 1, 5, 10)),
    ],
)
def test_wild_11_units_behind_the_numbers(text: str, moment: datetime) -> None:
    assert read_date(text) == moment


@pytest.mark.parametrize(
    "text", ["24年7月19日", "令和6年7月19日", "2024年13月1日", "2024年7月19日 晚上12:00", "2024-07-19 07.45"]
)
def test_wild_11_units_that_leave_a_doubt(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Fri, 19 Jul 2024 07:45:00 (CET)",
        "July 19, 2024 7:45am (CET)",
        "Fri Jul 19 07:45:00 2024 CET",
        "July 19, 2024 at 7:45 AM, CET",
        "CET 2024-07-19 07:45",
        "2024-07-19T07:45:00CET",
    ],
)
def test_wild_12_a_zone_is_no_day_of_the_week(text: str) -> None:
    assert read_date(text) == at(2024, 7, 19, 6, 45)


@pytest.mark.parametrize("zone", ["PT", "(PT)", "CT", "(CT)", "A", "J"])
def test_wild_12_an_unknown_zone_never_becomes_utc(zone: str) -> None:
    assert read_date(f"Fri, 19 Jul 2024 07:45:00 {zone}") is None
    assert read_date(f"2024-07-19 07:45 {zone}") is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Fri, 19 Jul 2024 07:45:00 YEKT", at(2024, 7, 19, 2, 45)),
        ("19. Juli 2024, 07.45 Uhr", at(2024, 7, 19, 7, 45)),
        ("19. Juli 2024, 7 Uhr MESZ", at(2024, 7, 19, 5)),
        ("19. juli 2024 kl. 07.45", at(2024, 7, 19, 7, 45)),
        ("19 luglio 2024 ore 07.45", at(2024, 7, 19, 7, 45)),
        ("19 juillet 2024 à 7h", at(2024, 7, 19, 7)),
        ("July 19, 2024 7.45pm", at(2024, 7, 19, 19, 45)),
        ("mar, 05 mar 2024 10:30:00 +0200", at(2024, 3, 5, 8, 30)),
        ("11 Мая 2024, 10:00 МСК", at(2024, 5, 11, 7)),
        ("19 जुलाई 2024", at(2024, 7, 19)),
        ("शुक्रवार, 5 जनवरी 2024 10:30", at(2024, 1, 5, 10, 30)),
        ("יום שישי, 5 בינואר 2024", at(2024, 1, 5)),
        ("الجمعة، 5 يناير 2024", at(2024, 1, 5)),
        ("14\u200f/01\u200f/2024", at(2024, 1, 14)),
        ("SALI, 5 MAYIS 2026", at(2026, 5, 5)),
        ("петак, 5. јануар 2024.", at(2024, 1, 5)),
        ("5 Jänner 2024", at(2024, 1, 5)),
        ("P, 05 jan. 2024 10:30", at(2024, 1, 5, 10, 30)),
        # One word, two months: the day of the week tells the language.
        ("wtorek, 5 listopada 2024", at(2024, 11, 5)),
        ("subota, 5. listopada 2024.", at(2024, 10, 5)),
        ("pt., 05 lip 2024", at(2024, 7, 5)),
        ("čet, 27 lip 2024", at(2024, 6, 27)),
    ],
)
def test_wild_13_more_names_and_times_as_they_are_written(text: str, moment: datetime) -> None:
    assert read_date(text) == moment


@pytest.fixture(params=["Pacific/Kiritimati", "America/Los_Angeles"])
def elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("text", ["1721375100", "2024-07-19 07:45", "July 19, 2024 7:45 am"])
def test_no_result_depends_on_where_it_is_read(text: str) -> None:
    assert read_date(text) == JULY_19


WILD = Path(__file__).parents[3] / "data/wild"


def dates_in(folder: str) -> list[datetime | None]:
    body = (WILD / folder / "input.xml").read_bytes()
    entries = read_entries(body, content_type="", url="http://garden.example/feed.xml").feed.entries
    return [entry.published_at for entry in entries]


def test_wild_11_dates_that_were_misread() -> None:
    assert dates_in("11-dates-misread") == [*[JULY_19] * 4, at(2024, 7, 18, 22, 45)]


def test_wild_12_zones_by_name() -> None:
    assert dates_in("12-dates-zones") == [at(2024, 7, 9, hour) for hour in (1, 8, 1, 8)]


def test_wild_13_dates_that_were_not_read() -> None:
    assert dates_in("13-dates-unread") == [
        at(2020, 11, 16, 13, 16, 28),
        at(2024, 7, 9),
        at(2018, 1, 22, 23),
        at(2017, 12, 22, 15, 9),
    ]
