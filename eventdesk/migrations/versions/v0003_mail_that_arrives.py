"""Mail that arrives: rounds of invitations, standing lists, do-not-mail, offers, thanks, signs of life."""

import sqlalchemy as sa
from alembic import op

from eventdesk.migrations.changes import allow, drop_columns, is_sqlite, listed

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

REGISTRATIONS = ("user_registration", "buyer_registration")
INVITATIONS = ("user_invitation", "buyer_invitation")
WORDS = ("event_words", "programme_words")
#: By table and column: what it may hold from now on, and what of it is new.
VALUES = {
    ("outbox", "kind"): (
        "fill tell round registered promoted changed cancelled left again held declined reminder message "
        "offered lapsed thanks invited nudged test opt_in join reset",
        "round offered lapsed thanks invited nudged test opt_in",
    ),
    ("history", "act"): (
        "created changed published cancelled asked worded linked revoked reminded messaged pledged invited nudged thanked "
        "registered held approved declined promoted offered claimed lapsed left attended noted",
        "invited nudged thanked offered claimed lapsed",
    ),
    **{
        (words, "channel"): (
            "page invite calendar registered waitlisted promoted changed cancelled left again held declined reminder "
            "message offered lapsed thanks nudged post speaker",
            "offered lapsed thanks nudged",
        )
        for words in WORDS
    },
    **{(people, "state"): ("pending confirmed offered waitlisted cancelled", "offered") for people in REGISTRATIONS},
}
#: Columns added to a table that stays, in SQL that both databases read.
ADDED = {
    "event": (
        "offer_hours INTEGER DEFAULT '0' NOT NULL CONSTRAINT ck_event_offer_hours CHECK (offer_hours BETWEEN 0 AND 336)",
        "thanks BOOLEAN DEFAULT '1' NOT NULL",
        "thanked_at {instant}",
    ),
    **{
        people: (
            f"offer_until {{instant}} CONSTRAINT ck_{people}_offer_ends CHECK ((offer_until IS NOT NULL) = (state = 'offered'))",
            f"remind_hours INTEGER CONSTRAINT ck_{people}_remind_hours CHECK (remind_hours BETWEEN 0 AND 720)",
            "reminded_for {instant}",
        )
        for people in REGISTRATIONS
    },
    **{
        people: (
            f"round_id INTEGER CONSTRAINT fk_{people}_round_id REFERENCES invitation_round (id)",
            "declined_at {instant}",
        )
        for people in INVITATIONS
    },
}
MADE = ("invitation_round", "worker_beat", "user_standing", "buyer_standing", "user_mail_choice", "buyer_mail_choice")


def upgrade() -> None:
    """Mail that arrives. Who came to an event that is over by now is not thanked: it is too late, or long ago."""
    _make_tables()
    for (table, column), (now, _) in VALUES.items():
        allow(table, column, listed(now.split()))
    instant = "DATETIME" if is_sqlite() else "TIMESTAMP WITH TIME ZONE"
    for table, columns in ADDED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column.format(instant=instant)}")
    op.execute("UPDATE event SET thanked_at = ends_at WHERE ends_at <= CURRENT_TIMESTAMP")


def downgrade() -> None:
    """Take it back; what the new tables hold is gone, and who was offered a seat waits again.

    Links that were mailed stay as links made alone: people hold them, and may have registered by them.
    """
    for people in REGISTRATIONS:
        op.execute(
            "UPDATE seats SET taken = taken - offers.many, waiting = waiting + offers.many FROM "
            f"(SELECT event_id, count(*) AS many FROM {people} WHERE state = 'offered' GROUP BY event_id) AS offers "
            "WHERE seats.event_id = offers.event_id"
        )
        op.execute(f"UPDATE {people} SET state = 'waitlisted', offer_until = NULL WHERE state = 'offered'")
    for people in INVITATIONS:
        drafts = "SELECT id FROM invitation_round WHERE send_at IS NULL"
        op.execute(f"DELETE FROM {people} WHERE round_id IN ({drafts})")
    for table, columns in ADDED.items():
        drop_columns(table, [column.format(instant="DATETIME") for column in columns])
    for (table, column), (now, new) in VALUES.items():
        op.execute(f"DELETE FROM {table} WHERE {column} IN ({listed(new.split())})")
        allow(table, column, listed([value for value in now.split() if value not in new.split()]))
    for name in MADE:
        op.drop_table(name)


def _make_tables() -> None:
    op.create_table('buyer_mail_choice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('email_key', sa.String(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('refused_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_buyer_mail_choice')),
    sa.UniqueConstraint('email_key', name=op.f('uq_buyer_mail_choice_email_key')),
    sa.UniqueConstraint('ref', name=op.f('uq_buyer_mail_choice_ref'))
    )
    op.create_table('buyer_standing',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('email_key', sa.String(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('said', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("label = 'commercial'", name=op.f('ck_buyer_standing_one_list')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_buyer_standing')),
    sa.UniqueConstraint('email_key', name=op.f('uq_buyer_standing_email_key')),
    sa.UniqueConstraint('ref', name=op.f('uq_buyer_standing_ref'))
    )
    op.create_table('user_mail_choice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('email_key', sa.String(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('refused_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_mail_choice')),
    sa.UniqueConstraint('email_key', name=op.f('uq_user_mail_choice_email_key')),
    sa.UniqueConstraint('ref', name=op.f('uq_user_mail_choice_ref'))
    )
    op.create_table('user_standing',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('email_key', sa.String(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('said', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("label = 'community'", name=op.f('ck_user_standing_one_list')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_standing')),
    sa.UniqueConstraint('email_key', name=op.f('uq_user_standing_email_key')),
    sa.UniqueConstraint('ref', name=op.f('uq_user_standing_ref'))
    )
    op.create_table('worker_beat',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('beat_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_worker_beat'))
    )
    op.create_table('invitation_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('source', sa.Enum('standing', 'event', 'file', name='source', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('source_event_id', sa.Integer(), nullable=True),
    sa.Column('statement', sa.String(), nullable=False),
    sa.Column('left_out', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.Column('send_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('nudged_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(source = 'event') = (source_event_id IS NOT NULL)", name=op.f('ck_invitation_round_source_event')),
    sa.CheckConstraint("source <> 'file' OR trim(statement) <> ''", name=op.f('ck_invitation_round_signed')),
    sa.CheckConstraint('nudged_at IS NULL OR send_at IS NOT NULL', name=op.f('ck_invitation_round_nudged_after')),
    sa.ForeignKeyConstraint(['event_id', 'label'], ['event.id', 'event.label'], name=op.f('fk_invitation_round_event_id_label')),
    sa.ForeignKeyConstraint(['made_by'], ['organiser.id'], name=op.f('fk_invitation_round_made_by')),
    sa.ForeignKeyConstraint(['source_event_id', 'label'], ['event.id', 'event.label'], name=op.f('fk_invitation_round_source_event_id_label')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation_round'))
    )
    op.create_index(op.f('ix_invitation_round_event_id'), 'invitation_round', ['event_id'], unique=False)
