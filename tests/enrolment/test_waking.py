"""Quiet hours, the time that an answer may take, working days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services import waking

ZONE = ZoneInfo("Asia/Yekaterinburg")
DAY = timedelta(hours=24)


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, second, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "awake"),
    [(at(1, 9), at(1, 9)), (at(1, 20, 59, 59), at(1, 20, 59, 59)), (at(1, 21), at(2, 9)), (at(1, 3), at(1, 9)), (at(1, 23), at(2, 9))],
)
def test_nobody_is_written_to_at_night(asked: datetime, awake: datetime) -> None:
    assert waking.awake(asked, ZONE) == awake


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (at(1, 9), at(2, 21)),
        (at(1, 20, 50), at(3, 20, 50)),
        (at(1, 21), at(3, 21)),
        (at(1, 22, 30), at(3, 21)),
        (at(2, 3), at(3, 21)),
        (at(1, 15), at(3, 15)),
    ],
)
def test_a_day_to_answer_is_two_days_awake(begins: datetime, ends: datetime) -> None:
    assert waking.after(begins, DAY, ZONE) == ends
    assert waking.between(begins, ends, ZONE) == DAY


def test_nothing_lies_between_a_night_and_itself() -> None:
    assert waking.between(at(1, 21), at(2, 9), ZONE) == timedelta()
    assert waking.between(at(2, 9), at(1, 9), ZONE) == timedelta()


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001  the strategy gives them their zone
    st.integers(1, 100 * 60),
    st.sampled_from(["Asia/Yekaterinburg", "Europe/Berlin", "Pacific/Auckland", "UTC"]),
)
def test_a_span_is_as_long_as_what_lies_between(begins: datetime, span: int, zone: str) -> None:
    """In any zone, over its changes of the clock too."""
    there, length = ZoneInfo(zone), timedelta(minutes=span)
    ends = waking.after(begins, length, there)
    assert waking.between(begins, ends, there) == length
    assert waking.WAKES < ends.astimezone(there).time() <= waking.SLEEPS
    assert waking.after(waking.awake(begins, there), length, there) == ends


@pytest.mark.parametrize(
    ("day", "days", "due"),
    [
        (date(2026, 8, 24), 7, date(2026, 9, 2)),
        (date(2026, 8, 28), 1, date(2026, 8, 31)),
        (date(2026, 8, 29), 1, date(2026, 8, 31)),
        (date(2026, 12, 31), 1, date(2027, 1, 11)),
        (date(2026, 11, 3), 1, date(2026, 11, 5)),
        (date(2026, 8, 24), 0, date(2026, 8, 24)),
    ],
)
def test_offices_rest_at_weekends_and_holidays(day: date, days: int, due: date) -> None:
    assert waking.working_day(day, days) == due
