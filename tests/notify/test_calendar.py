"""Quiet hours by the wall clock, and delays that grow and end."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.notify.calendar import DELAY_MAX, ENGLAND, QuietHours, next_try_at

QUIET = QuietHours()
SOME_DAY = datetime(2026, 7, 10, 12, tzinfo=UTC)


def test_the_evening_waits_for_the_morning() -> None:
    ends_at = QUIET.ends_at(datetime(2026, 11, 23, 22, 30, tzinfo=UTC))

    assert ends_at == datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_the_small_hours_wait_for_the_same_morning() -> None:
    ends_at = QUIET.ends_at(datetime(2026, 11, 24, 3, tzinfo=UTC))

    assert ends_at == datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_it_is_nine_in_the_evening_by_the_clock_on_the_wall_in_summer() -> None:
    assert QUIET.ends_at(datetime(2026, 7, 10, 19, 59, tzinfo=UTC)) is None
    assert QUIET.ends_at(datetime(2026, 7, 10, 20, 0, tzinfo=UTC)) is not None


def test_the_night_the_clocks_go_back_ends_at_eight_all_the_same() -> None:
    ends_at = QUIET.ends_at(datetime(2026, 10, 24, 21, tzinfo=UTC))

    assert ends_at == datetime(2026, 10, 25, 8, tzinfo=UTC)


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31)))  # noqa: DTZ001
def test_quiet_always_ends_at_eight_within_eleven_hours(naive: datetime) -> None:
    now = naive.replace(tzinfo=UTC)
    ends_at = QUIET.ends_at(now)

    if ends_at is not None:
        assert now < ends_at <= now + timedelta(hours=12)
        assert ends_at.astimezone(ENGLAND).time() == time(8)
        assert QUIET.ends_at(ends_at) is None


def test_equal_times_mean_that_it_is_never_quiet() -> None:
    assert QuietHours(time(0), time(0)).ends_at(datetime(2026, 1, 1, 3, tzinfo=UTC)) is None


@given(st.uuids(), st.integers(min_value=1, max_value=500))
def test_delays_grow_and_stay_bounded(notice: object, tries: int) -> None:
    here = next_try_at(SOME_DAY, tries=tries, notice_id=notice)  # type: ignore[arg-type]
    later = next_try_at(SOME_DAY, tries=tries + 1, notice_id=notice)  # type: ignore[arg-type]

    assert SOME_DAY + timedelta(seconds=30) <= here <= later
    assert later <= SOME_DAY + DELAY_MAX * 1.25
