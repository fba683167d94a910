"""Two lists, one honest bridge: topics, a ledger of consents, stages, imports and exports, answers, what stays of an event."""

import secrets
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

from eventdesk.migrations.changes import allow, drop_columns, is_sqlite, listed, refuse

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

MADE = ("consent_ledger", "forgotten", "removal", "topic", "refused_attempt", "event_figures", "export", "kept_answer", "people_import")
#: By table and column: what it may hold from now on, and what of it is new.
VALUES = {
    ("outbox", "kind"): (
        "fill tell round registered promoted changed cancelled left again held declined reminder message "
        "offered lapsed thanks invited nudged test opt_in crossing rights join reset",
        "crossing rights",
    ),
    ("history", "act"): (
        "created changed published cancelled asked worded linked revoked reminded messaged pledged invited nudged thanked overridden "
        "twinned imported exported emptied registered held approved declined promoted offered claimed lapsed left attended noted "
        "staged merged corrected erased",
        "twinned imported exported emptied staged merged corrected erased",
    ),
}
STAGES = "'new', 'followed up', 'proposal', 'won', 'lost', 'withdrawn'"
#: Columns added to a table that stays, in SQL that both databases read.
ADDED = {
    "event": (
        "topic_id INTEGER CONSTRAINT fk_event_topic_id REFERENCES topic (id)",
        "names_twin VARCHAR(20) CONSTRAINT ck_event_naming CHECK (names_twin IN ('always', 'afterwards', 'never'))",
        "offers_crossing BOOLEAN DEFAULT '1' NOT NULL",
    ),
    **{
        people: (
            f"origin VARCHAR(20) DEFAULT 'page' NOT NULL CONSTRAINT ck_{people}_origin CHECK (origin IN ('page', 'door', 'file'))",
            f"import_id INTEGER CONSTRAINT fk_{people}_import_id REFERENCES people_import (id) "
            f"CONSTRAINT ck_{people}_imported CHECK (import_id IS NULL OR origin = 'file')",
            "came_before BOOLEAN",
            "answered_kept BOOLEAN DEFAULT '0' NOT NULL",
        )
        for people in ("user_registration", "buyer_registration")
    },
}
FOLLOWED_UP = (
    f"stage VARCHAR(20) DEFAULT 'new' NOT NULL CONSTRAINT ck_buyer_registration_stage CHECK (stage IN ({STAGES}))",
    "staged_at {instant}",
    "owner_id INTEGER CONSTRAINT fk_buyer_registration_owner_id REFERENCES organiser (id)",
    "value INTEGER CONSTRAINT ck_buyer_registration_value CHECK (value >= 0)",
    "currency VARCHAR DEFAULT '' NOT NULL CONSTRAINT ck_buyer_registration_currency CHECK ((value IS NULL) = (currency = ''))",
    "next_step VARCHAR DEFAULT '' NOT NULL",
    "next_step_on DATE CONSTRAINT ck_buyer_registration_next_step CHECK (next_step_on IS NULL OR next_step <> '')",
)
ADDED["buyer_registration"] += FOLLOWED_UP
TRIGGERS = {
    "consent_ledger_kept": ("UPDATE", "consent_ledger"),
    "consent_ledger_whole": ("DELETE", "consent_ledger"),
    "export_kept": ("UPDATE", "export"),
    "export_whole": ("DELETE", "export"),
}


def upgrade() -> None:
    """Two lists, one honest bridge."""
    _make_tables()
    for (table, column), (now, _) in VALUES.items():
        allow(table, column, listed(now.split()))
    instant = "DATETIME" if is_sqlite() else "TIMESTAMP WITH TIME ZONE"
    for table, columns in ADDED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column.format(instant=instant)}")
    op.create_index(op.f('ix_event_topic_id_label'), 'event', ['topic_id', 'label'], unique=True)
    for name, (act, table) in TRIGGERS.items():
        refuse(act, table, name, "1 = 1")
    for label, people in (("community", "user"), ("commercial", "buyer")):
        _enter_consents(label, f"{people}_standing", f"{people}_mail_choice")


def _enter_consents(label: str, entries: str, choices: str) -> None:
    """Into the ledger: what those on a standing list agreed to before there was one, as their entries tell of it."""
    bind = op.get_bind()
    confirmed = f"SELECT email_key, said, asked_at, confirmed_at FROM {entries} WHERE confirmed_at IS NOT NULL ORDER BY id"
    choose = f"INSERT INTO {choices} (ref, email_key, generation, made_at) VALUES (:ref, :key, 0, :at) ON CONFLICT DO NOTHING"
    enter = (
        "INSERT INTO consent_ledger (label, ref, act, source, said, version, locale, asked_at, at) "
        f"SELECT '{label}', ref, 'given', 'form', :said, :version, 'en', :asked_at, :at FROM {choices} WHERE email_key = :key"
    )
    for key, said, asked_at, at in bind.execute(sa.text(confirmed)).all():
        bind.execute(sa.text(choose), {"ref": 1 + secrets.randbelow(2**63 - 1), "key": key, "at": at})
        version = sha256(said.encode()).hexdigest()[:32]
        bind.execute(sa.text(enter), {"said": said, "version": version, "asked_at": asked_at, "at": at, "key": key})


def downgrade() -> None:
    """Take it back; what the new tables and columns hold is gone."""
    op.drop_index(op.f('ix_event_topic_id_label'), table_name='event')
    for table, columns in ADDED.items():
        drop_columns(table, [column.format(instant="DATETIME") for column in columns])
    for (table, column), (now, new) in VALUES.items():
        op.execute(f"DELETE FROM {table} WHERE {column} IN ({listed(new.split())})")
        allow(table, column, listed(value for value in now.split() if value not in new.split()))
    for name in reversed(MADE):
        op.drop_table(name)
    if not is_sqlite():
        for name in TRIGGERS:
            op.execute(f"DROP FUNCTION {name}")


def _make_tables() -> None:
    op.create_table('consent_ledger',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('act', sa.Enum('given', 'withdrawn', name='consentact', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('source', sa.Enum('form', 'crossing', 'link', 'one click', 'desk', 'erasure', name='source', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('said', sa.String(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent_ledger'))
    )
    op.create_index(op.f('ix_consent_ledger_label_ref'), 'consent_ledger', ['label', 'ref'], unique=False)
    op.create_table('forgotten',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('parting', sa.Enum('erased', 'stopped', name='parting', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_forgotten')),
    sa.UniqueConstraint('label', 'digest', 'parting', name=op.f('uq_forgotten_label_digest_parting'))
    )
    op.create_table('removal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_removal'))
    )
    op.create_table('topic',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic'))
    )
    op.create_table('refused_attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('refusal', sa.Enum('other list', 'both lists', 'export', name='refusal', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('at_route', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organiser_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['organiser_id'], ['organiser.id'], name=op.f('fk_refused_attempt_organiser_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refused_attempt'))
    )
    op.create_table('event_figures',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('registered', sa.Integer(), nullable=False),
    sa.Column('cancelled', sa.Integer(), nullable=False),
    sa.Column('waitlisted', sa.Integer(), nullable=False),
    sa.Column('attended', sa.Integer(), nullable=False),
    sa.Column('no_shows', sa.Integer(), nullable=False),
    sa.Column('first_time', sa.Integer(), nullable=False),
    sa.Column('came_before', sa.Integer(), nullable=False),
    sa.Column('walk_ins', sa.Integer(), nullable=False),
    sa.Column('stages', sa.JSON(), nullable=False),
    sa.Column('marked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('emptied_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('first_time + came_before = attended', name=op.f('ck_event_figures_each_once')),
    sa.ForeignKeyConstraint(['event_id', 'label'], ['event.id', 'event.label'], name=op.f('fk_event_figures_event_id_label')),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_event_figures'))
    )
    op.create_table('export',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('what', sa.Enum('list', 'handover', 'standing', name='taken', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('form', sa.String(), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("trim(reason) <> ''", name=op.f('ck_export_says_why')),
    sa.CheckConstraint('people >= 0', name=op.f('ck_export_counts_people')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_export_event_id')),
    sa.ForeignKeyConstraint(['made_by'], ['organiser.id'], name=op.f('fk_export_made_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export'))
    )
    op.create_table('kept_answer',
    sa.Column('ref', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('kept', sa.Enum('yes', 'partly', 'no', name='kept', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('because', sa.JSON(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.CheckConstraint("kept <> 'yes' OR words = ''", name=op.f('ck_kept_answer_nothing_to_explain')),
    sa.ForeignKeyConstraint(['event_id', 'label'], ['event.id', 'event.label'], name=op.f('fk_kept_answer_event_id_label')),
    sa.PrimaryKeyConstraint('ref', name=op.f('pk_kept_answer')),
    sqlite_with_rowid=False,
    )
    op.create_index(op.f('ix_kept_answer_event_id'), 'kept_answer', ['event_id'], unique=False)
    op.create_table('people_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('made_for', sa.String(), nullable=False),
    sa.Column('statement', sa.String(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('left_out', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.CheckConstraint("trim(statement) <> ''", name=op.f('ck_people_import_signed')),
    sa.CheckConstraint('people >= 0', name=op.f('ck_people_import_counts_people')),
    sa.ForeignKeyConstraint(['event_id', 'label'], ['event.id', 'event.label'], name=op.f('fk_people_import_event_id_label')),
    sa.ForeignKeyConstraint(['made_by'], ['organiser.id'], name=op.f('fk_people_import_made_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_import'))
    )
