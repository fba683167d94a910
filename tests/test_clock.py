"""Wall time in a named zone and the instant it is: gaps, overlaps and zones that do as they like."""

from datetime import UTC, datetime, timedelta

import pytest

from eventdesk.clock import around_gap, in_zone, is_gap, is_overlap, now, zones


def test_now_is_aware_and_in_whole_seconds() -> None:
    assert now().tzinfo is UTC
    assert now().microsecond == 0
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=2)


@pytest.mark.parametrize(
    ("wall", "zone", "fold", "utc"),
    [
        ("2027-03-11 18:00", "Europe/Oslo", 0, "2027-03-11 17:00"),
        ("2026-10-25 02:30", "Europe/Oslo", 0, "2026-10-25 00:30"),
        ("2026-10-25 02:30", "Europe/Oslo", 1, "2026-10-25 01:30"),
        ("2027-01-15 12:00", "Australia/Lord_Howe", 0, "2027-01-15 01:00"),
        ("2027-07-15 12:00", "Australia/Lord_Howe", 0, "2027-07-15 01:30"),
        ("2027-04-04 01:45", "Australia/Lord_Howe", 0, "2027-04-03 14:45"),
        ("2027-04-04 01:45", "Australia/Lord_Howe", 1, "2027-04-03 15:15"),
        ("2027-03-11 18:00", "Asia/Kathmandu", 0, "2027-03-11 12:15"),
        ("2027-01-11 18:00", "Europe/Dublin", 0, "2027-01-11 18:00"),
        ("2027-07-11 18:00", "Europe/Dublin", 0, "2027-07-11 17:00"),
        ("2026-06-01 12:00", "Africa/Casablanca", 0, "2026-06-01 11:00"),
        ("2027-07-01 12:00", "Africa/Cairo", 0, "2027-07-01 09:00"),
        ("2027-01-15 12:00", "America/Santiago", 0, "2027-01-15 15:00"),
        ("2027-07-15 12:00", "America/Santiago", 0, "2027-07-15 16:00"),
        ("2027-07-15 12:00", "America/Vancouver", 0, "2027-07-15 19:00"),
        ("2027-01-15 12:00", "America/Vancouver", 0, "2027-01-15 19:00"),  # the law of 2026: summer time stays
        ("2038-01-19 03:14", "UTC", 0, "2038-01-19 03:14"),
        ("2046-07-01 18:00", "Europe/Oslo", 0, "2046-07-01 16:00"),
    ],
)
def test_a_wall_time_is_this_instant(wall: str, zone: str, fold: int, utc: str) -> None:
    there = in_zone(datetime.fromisoformat(wall), zone, fold)

    assert f"{there.astimezone(UTC):%Y-%m-%d %H:%M}" == utc


@pytest.mark.parametrize(
    ("wall", "zone", "before", "after"),
    [
        ("2026-03-29 02:30", "Europe/Oslo", "02:00", "03:00"),
        ("2026-10-04 02:15", "Australia/Lord_Howe", "02:00", "02:30"),
        ("2026-09-06 00:30", "America/Santiago", "00:00", "01:00"),
        ("2026-04-24 00:30", "Africa/Cairo", "00:00", "01:00"),
        ("2026-03-29 01:30", "Europe/Dublin", "01:00", "02:00"),
    ],
)
def test_a_gap_is_seen_with_its_edges(wall: str, zone: str, before: str, after: str) -> None:
    moment = datetime.fromisoformat(wall)

    assert is_gap(moment, zone)
    assert [f"{edge:%H:%M}" for edge in around_gap(moment, zone)] == [before, after]
    assert not is_overlap(moment, zone)
    assert not is_gap(moment - timedelta(hours=2), zone)


@pytest.mark.parametrize(
    ("wall", "zone"),
    [
        ("2026-10-25 02:30", "Europe/Oslo"),
        ("2027-04-04 01:45", "Australia/Lord_Howe"),
        ("2027-04-03 23:30", "America/Santiago"),
        ("2026-10-25 01:30", "Europe/Dublin"),
    ],
)
def test_an_overlap_is_seen(wall: str, zone: str) -> None:
    moment = datetime.fromisoformat(wall)

    assert is_overlap(moment, zone)
    assert not is_gap(moment, zone)
    assert not is_overlap(moment + timedelta(hours=3), zone)


def test_zones_are_those_of_the_package_by_their_full_names() -> None:
    assert {"Europe/Oslo", "UTC", "Asia/Kathmandu"} <= zones()
    assert zones().isdisjoint({"Foo/Bar", "EST", "localtime", "", "../etc/passwd"})
