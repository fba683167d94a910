"""Every column is about a person or is not, and one place says which."""

from sqlalchemy import Column, MetaData, String, Table

from eventdesk.lists.guard import OWNERS
from eventdesk.personal import HELD, unclassified
from eventdesk.tables import metadata


def test_of_every_column_it_is_said_whether_it_is_about_a_person() -> None:
    assert unclassified(metadata) == set()


def test_a_column_of_which_nothing_is_said_is_found() -> None:
    planted = MetaData()
    for table in metadata.tables.values():
        table.to_metadata(planted)
    planted.tables["user_registration"].append_column(Column("shoe_size", String))
    Table("guest_book", planted, Column("name", String))

    assert unclassified(planted) == {"user_registration.shoe_size", "guest_book.name"}


def test_all_tables_of_people_are_seen_and_erased() -> None:
    held = {table.__tablename__ for each in HELD for table in each.tables.values()}

    assert set(OWNERS) <= held
