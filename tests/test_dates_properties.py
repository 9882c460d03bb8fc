"""What holds of every date, whatever is typed and whenever."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text import UserError
from bot.time import Moment, parse_moment, parse_prefix

ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("Europe/Paris", "America/Guadeloupe", "Indian/Reunion", "Pacific/Auckland")]
)
NOWS = st.integers(0, 10 * 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
PIECES = (
    "mardi", "ven.", "jeu", "mon", "Tuesday", "le ", "jusqu’à ", "au ", "15", "1er", "31", "0", "99", "2026",
    "2028", "0001", "9999", "/12", "/02",
    "-", " – ", "décembre", "février", "MARS", "mar", "sept", "premier ", "dernier ", "de ", "d’", "du mois",
    "prochain", "en huit", "en quinze",
    "dans ", "in ", "trois", "jours", "mois", "ans", "heures", "demain", "aujourd’hui", "après-demain",
    "matin", "après-midi", "soir", "14h",
    "9 h 30", "12:30", "25h", "2h30", "am", "pm", "midi", "minuit", "à ", "et ", "entre ", ", ", " ", "\n",
    "\u202f", "\u200b", "e\u0301", "İ",
    "La salle",
)  # fmt: skip
LIKELY = st.lists(st.sampled_from(PIECES), max_size=9).flatmap(
    lambda words: st.sampled_from(["", " "]).map(lambda glue: glue.join(words))
)
TEXTS = LIKELY | st.text(max_size=60)


def taken(text: str, now: datetime, zone: ZoneInfo) -> tuple[Moment, str] | None:
    try:
        return parse_prefix(text, now, zone)
    except UserError:
        return None


@given(TEXTS, NOWS, ZONES)
def test_no_text_raises_anything_but_a_refusal(text: str, now: datetime, zone: ZoneInfo) -> None:
    for reader in (parse_moment, parse_prefix):
        with suppress(UserError):
            reader(text, now, zone)


@given(TEXTS, NOWS, ZONES)
@example("demain 2h30", datetime(2027, 3, 27, 12, tzinfo=UTC), ZoneInfo("Europe/Paris"))
def test_a_moment_is_to_come_and_at_most_eighteen_months_away(
    text: str, now: datetime, zone: ZoneInfo
) -> None:
    if (found := taken(text, now, zone)) is None:
        return
    moment, today = found[0], now.astimezone(zone).date()
    assert today <= moment.day <= today + timedelta(days=550)
    if moment.start is not None:
        assert moment.instant(time(0)) > now
        assert moment.instant(time(0)).astimezone(zone).time() == moment.start
    if moment.end is not None:
        assert moment.start is not None
        assert moment.end > moment.start


@given(TEXTS, NOWS, ZONES)
def test_the_date_and_the_rest_make_the_text(text: str, now: datetime, zone: ZoneInfo) -> None:
    if (found := taken(text, now, zone)) is None:
        return
    moment, rest = found
    assert text.endswith(rest)
    date_alone = text[: len(text) - len(rest)].rstrip(" \n,:;.–-\u202f")
    assert parse_moment(date_alone, now, zone) == moment


@given(TEXTS, NOWS, ZONES)
def test_what_is_read_whole_is_also_read_at_the_start(text: str, now: datetime, zone: ZoneInfo) -> None:
    try:
        moment = parse_moment(text, now, zone)
    except UserError:
        return
    if moment is not None:
        found = taken(text + "\nla salle change", now, zone)
        assert found == (moment, found[1] if found else "")


@given(NOWS, st.integers(0, 545), st.none() | TIMES, st.none() | TIMES, ZONES)
def test_every_echo_reads_back_as_the_same_moment(
    now: datetime, days: int, start: time | None, end: time | None, zone: ZoneInfo
) -> None:
    today = now.astimezone(zone).date()
    if start is None or (end is not None and end <= start):
        end = None
    moment = Moment(today + timedelta(days=days), start, end, zone, today)
    for language in ("fr", "en"):
        try:
            assert parse_moment(moment.localized(language), now, zone) == moment
        except UserError:
            # Refused only for what no reading could give: the past of today, or an hour the spring change
            # skips.
            assert start is not None
            local = [
                moment.instant(time(0)).astimezone(zone).time(),
                ends.astimezone(zone).time() if (ends := moment.ends()) else None,
            ]
            assert moment.instant(time(0)) <= now or local != [start, end]


@given(LIKELY, NOWS, ZONES)
def test_what_is_typed_and_read_echoes_to_itself(text: str, now: datetime, zone: ZoneInfo) -> None:
    if (found := taken(text, now, zone)) is not None:
        for language in ("fr", "en"):
            assert parse_moment(found[0].localized(language), now, zone) == found[0]


@pytest.mark.parametrize(
    "piece",
    [
        "mardi ",
        " ",
        "1",
        "9h",
        "15/",
        "le ",
        "mardi 15 décembre 14 h ",
        "\u200b",
        "d’",
        "-",
        "premier mardi de ",
        "dans 3 ",
        "é\u0301",
    ],
)
def test_a_long_text_costs_no_more_than_a_short_one(piece: str) -> None:
    """Only the head is looked at: what comes after it changes nothing."""
    now, zone = datetime(2026, 11, 23, 8, tzinfo=UTC), ZoneInfo("Europe/Paris")
    long = "mardi 9 h La salle " + piece * (2_000_000 // len(piece))
    found = taken(long, now, zone)
    assert found is not None
    assert found[0].day == date(2026, 11, 24)
    assert parse_moment(piece * (2_000_000 // len(piece)), now, zone) is None
