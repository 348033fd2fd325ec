"""Which day a written date means."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache, partial
from typing import NamedTuple

from topoi.errors import InputError

__all__ = [
    "DATE_FORMATS",
    "OUTSIDE",
    "DateReader",
    "ReadDate",
    "date_in_name",
    "date_line",
    "date_reader",
    "epoch_line",
    "is_plausible",
    "read_date",
]

DATE_FORMATS = ("dmy", "mdy", "ymd", "epoch")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january ene enero",
            "feb february febrero",
            "mar march marzo",
            "apr april abr abril",
            "may mayo",
            "jun june junio",
            "jul july julio",
            "aug august ago agosto",
            "sep sept september septiembre set setiembre",
            "oct october octubre",
            "nov november noviembre",
            "dec december dic diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.?[ºo°])?"
_YEAR = r"(?P<year>\d{4})"
_WEEKDAY = (
    r"(?:(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo)\.?,? +)?"
)
_TIME = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.]\d{2}(?:[.,]\d{1,9})?)?"
    r"(?: *(?P<half>[ap])\.?m\.?)?(?P<zone> *[-+]\d{2}:?\d{2}| *z| +[a-z]{2,5})?"
)
_CLOCK = rf"(?:,? +(?:at +)?{_TIME})?"
_WRITTEN = tuple(
    re.compile(_WEEKDAY + body, re.IGNORECASE)
    for body in (
        rf"{_DAY} +(?:(?:of|de) +)?{_MONTH},? +(?:del? +)?{_YEAR}{_CLOCK}",
        rf"{_MONTH} +{_DAY},? +(?:del? +)?{_YEAR}{_CLOCK}",
        rf"{_DAY}-{_MONTH}-{_YEAR}{_CLOCK}",
        rf"{_MONTH} +{_DAY} +{_TIME} +{_YEAR}",  # as programs write it
    )
)
# What zones in dates of mail mean (RFC 2822), in hours; names of others mean several.
_ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt"), 0),
    **{"edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8},
}
_MONTH_ALONE = re.compile(rf"{_MONTH},? +(?:(?:of|del?) +)?{_YEAR}", re.IGNORECASE)
_WEEK = re.compile(r"(\d{4})-?W(\d{2})")
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_CLOCK}", re.IGNORECASE)
_BASIC = re.compile(r"\d{8}")
_COARSE = re.compile(r"(\d{4})(?:-(\d{2}))?")
_EPOCH = re.compile(r"\d{10}|\d{13}")
_ANY_EPOCH = re.compile(r"([-+]?\d{1,19})(?:\.\d{0,9})?", re.ASCII)
_NUMBERS = re.compile(
    rf"(\d{{1,4}})([-/. ])(\d{{1,2}})\2(\d{{1,4}}){_CLOCK}", re.ASCII | re.IGNORECASE
)
_FULL_YEAR = 4
_NAMED = re.compile(r"(?<!\d)(\d{4})[-_.](\d{2})[-_.](\d{2})(?!\d)")
_NAMED_BASIC = re.compile(r"(?<![0-9A-Za-z])(\d{4})(\d{2})(\d{2})(?![0-9A-Za-z])")
_LABEL = re.compile(
    r"(?:date|dated|published|posted|updated|last updated|issued|released?"
    r"|fecha|publicado|actualizado)"
    r"(?: on| el)?(?: *:)? +(?P<rest>.{4,60})",
    re.IGNORECASE,
)
_FIRST_EPOCH = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
_LAST_EPOCH = datetime(2101, 1, 1, tzinfo=UTC).timestamp()
_LONGEST = 80
# The first one that spreadsheets know, and one that no text of today comes from: the same always,
# since a ledger depends on them.
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
OUTSIDE = f"date outside {_FIRST_YEAR} to {_LAST_YEAR}"
_AS_WRITTEN = "time or zone not understood, day as written"
_ROUGH = "date is a {}, read as its first day"
_UNITS = ((11, 1), (14, 10**3), (17, 10**6), (19, 10**9))  # most digits, parts of a second


class ReadDate(NamedTuple):
    """A day, or None where the text is no date that has one meaning, and what to note about it."""

    day: date | None
    note: str = ""


DateReader = Callable[[str], ReadDate]


def date_reader(date_format: str | None) -> DateReader:
    """What a column's dates mean, by the format that the user states.

    Parameters
    ----------
    date_format : str or None
        "dmy", "mdy" or "ymd": the order of day, month and year in dates that are all numbers
        ("14/06/2022"; the year has four digits). "epoch": numbers count seconds since 1970 (from
        12 digits on milliseconds, from 15 microseconds, from 18 nanoseconds). With these, and
        with None, dates of one meaning only are read as `read_date` does. Any other text is a
        pattern of `datetime.strptime` with a year, such as "%d.%m.%y", and the only one then.

    Raises
    ------
    InputError
        If it is neither a name nor such a pattern.
    """
    if date_format is None:
        return read_date
    if date_format not in DATE_FORMATS:
        _check_pattern(date_format)
    return lru_cache(maxsize=65536)(partial(_read_as, date_format))


def _read_as(date_format: str, text: str) -> ReadDate:
    text = " ".join(text.split())
    if not text:
        return ReadDate(None)
    if len(text) > _LONGEST:
        return ReadDate(None, "date not understood")
    if date_format == "epoch":
        found = _counted(text)
    elif date_format in DATE_FORMATS:
        found = _numbered(text, date_format)
    else:
        return _patterned(text, date_format) or ReadDate(None, "date not understood")
    return found or read_date(text)


def _check_pattern(pattern: str) -> None:
    years = re.search(r"(?<!%)(?:%%)*%[YyGcx]", pattern)
    try:
        datetime.strptime(datetime(2001, 2, 3, tzinfo=UTC).strftime(pattern), pattern)
    except (ValueError, re.error):
        years = None
    if not years:
        raise InputError(
            f"date_format must be one of {', '.join(DATE_FORMATS)} or a pattern of strptime with a "
            f'year, such as "%d.%m.%Y"; got {pattern!r}.'
        )


def _patterned(text: str, pattern: str) -> ReadDate | None:
    try:
        moment = datetime.strptime(text, pattern)
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if re.search("%[djcxuwaA]", pattern):
        return ReadDate(moment.date())
    unit = "month" if re.search("%[mbB]", pattern) else "year"
    return ReadDate(moment.date(), _ROUGH.format(unit))


def _counted(text: str) -> ReadDate | None:
    """The day of any number of seconds since 1970, or of parts of a second where it is long."""
    match = _ANY_EPOCH.fullmatch(text)
    if match is None:
        return None
    digits = len(match[1].lstrip("+-"))
    per_second = next(per for most, per in _UNITS if digits <= most)
    try:
        moment = datetime.fromtimestamp(int(match[1]) // per_second, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return ReadDate(None, "date not understood")
    return ReadDate(moment.date(), "date from epoch")


def _numbered(text: str, order: str) -> ReadDate | None:
    """The day of three numbers in this order; the year is the one with four digits."""
    match = _NUMBERS.fullmatch(text)
    if match is None:
        return None
    found = dict(zip(order, (match[1], match[3], match[4]), strict=True))
    if len(found["y"]) != _FULL_YEAR:
        return None
    day = _day(found["y"], found["m"], found["d"])
    return _in_utc(day, match) if day else None


def is_plausible(day: date) -> bool:
    """Whether a day lies in the years 1900 to 2100; others are rather errors of typing."""
    return _FIRST_YEAR <= day.year <= _LAST_YEAR


@lru_cache(maxsize=65536)
def read_date(text: str) -> ReadDate:
    """The day that a field means: ISO 8601, year first, English or Spanish with the month's name.

    A time zone is turned to UTC, by its offset or its name in mail ("EDT"), and the note tells of
    one that is not known; the time of day is left out. A year, month or week alone means its
    first day, and the note says so. Numbers that start with day or month ("03/04/2021") have two
    meanings, and one number alone ("1655164800") may be anything: they are never guessed, see
    `date_reader`.

    Returns
    -------
    ReadDate
        `day` None with an empty note for an empty text; "date not understood" for any other.
    """
    text = " ".join(text.split())
    if not text:
        return ReadDate(None)
    if len(text) > _LONGEST:
        return ReadDate(None, "date not understood")
    for reader in (_rough, _iso, _year_first, _written, _mail):
        found = reader(text)
        if found is not None:
            return found
    return ReadDate(None, "date not understood")


def date_in_name(stem: str) -> date | None:
    """The first date written year first in a file name: 2022-06-14, 2022_06_14 or 20220614."""
    for pattern in (_NAMED, _NAMED_BASIC):
        for match in pattern.finditer(stem):
            day = _day(*match.groups())
            if day is not None and 1500 <= day.year <= 2100:
                return day
    return None


def date_line(line: str) -> ReadDate:
    """The day of a line that is only a date, or a date after Date:, Published: or Posted on."""
    line = line.strip(" \t*_#|")
    label = _LABEL.fullmatch(line)
    body = label["rest"] if label else line
    # A bare year, month or number alone in a line is rather a page or a heading.
    if body.isdecimal() or _rough(" ".join(body.split())):
        return ReadDate(None)
    return read_date(body)


def epoch_line(line: str) -> date | None:
    """The day of a line that is only a number of seconds or milliseconds since 1970."""
    found = _epoch(line.strip())
    return found.day if found else None


def _epoch(text: str) -> ReadDate | None:
    if not _EPOCH.fullmatch(text) or not text.isascii():
        return None
    seconds = int(text) / (1000 if len(text) == 13 else 1)
    if not _FIRST_EPOCH <= seconds < _LAST_EPOCH:
        return None
    return ReadDate(datetime.fromtimestamp(seconds, tz=UTC).date(), "date from epoch")


def _rough(text: str) -> ReadDate | None:
    """The first day of a year, month or week."""
    day, unit = None, "month"
    if match := _COARSE.fullmatch(text):
        day, unit = _day(match[1], match[2] or "1", "1"), "month" if match[2] else "year"
    elif match := _MONTH_ALONE.fullmatch(text):
        day = _day(match["year"], _month(match), "1")
    elif match := _WEEK.fullmatch(text):
        with suppress(ValueError):
            day, unit = date.fromisocalendar(int(match[1]), int(match[2]), 1), "week"
    return ReadDate(day, _ROUGH.format(unit)) if day else None


def _iso(text: str) -> ReadDate | None:
    if text.isdecimal() and not _BASIC.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return ReadDate(moment.date())


def _year_first(text: str) -> ReadDate | None:
    match = _YEAR_FIRST.fullmatch(text)
    day = _day(match[1], match[3], match[4]) if match else None
    return _in_utc(day, match) if match and day else None


def _written(text: str) -> ReadDate | None:
    for pattern in _WRITTEN:
        match = pattern.fullmatch(text)
        if match:
            day = _day(match["year"], _month(match), match["day"])
            return _in_utc(day, match) if day else None
    return None


def _month(match: re.Match[str]) -> str:
    return str(_MONTHS[match["month"].lower()])


def _in_utc(day: date, match: re.Match[str]) -> ReadDate:
    """The day that it was in UTC at the time and in the zone of the match, where these are told."""
    zone = (match["zone"] or "").strip().lower()
    if not zone:
        return ReadDate(day)
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    try:
        ahead = _ahead(zone)
        moment = datetime(day.year, day.month, day.day, hour, int(match["minute"]), tzinfo=UTC)
        return ReadDate((moment - ahead).date())
    except (KeyError, ValueError, OverflowError):
        return ReadDate(day, _AS_WRITTEN)


def _ahead(zone: str) -> timedelta:
    """How far the clocks of a zone are ahead of UTC; a KeyError where its name is not known."""
    if zone[0] not in "+-":
        return timedelta(hours=_ZONES[zone])
    size = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return size if zone[0] == "+" else -size


def _mail(text: str) -> ReadDate | None:
    """Dates of mail and feeds (RFC 2822), which carry their offset from UTC."""
    if not re.search(r" [+-]\d{4}$", text):
        return None
    try:
        return ReadDate(parsedate_to_datetime(text).astimezone(UTC).date())
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
