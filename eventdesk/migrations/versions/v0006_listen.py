"""Listen: what a community says, notes of the evening, quotations, a bank of questions, and what scorecards count by."""

import sqlalchemy as sa
from alembic import op

from eventdesk.migrations.changes import allow, drop_columns, is_sqlite, listed, refuse

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

MADE = ("quotation", "bank_question", "contribution", "evening", "event_quotation", "contribution_route", "contribution_vote", "link_figures", "contribution_reply")
#: By table and column: what it may hold from now on, and what of it is new.
VALUES = {
    ("outbox", "kind"): (
        "fill tell round registered promoted changed cancelled left again held declined reminder message "
        "offered lapsed thanks invited nudged test opt_in crossing rights routed heard hidden join reset",
        "routed heard hidden",
    ),
    ("history", "act"): (
        "created|changed|published|cancelled|asked|worded|linked|revoked|reminded|messaged|pledged|invited|nudged|thanked|overridden|"
        "twinned|imported|exported|emptied|written up|quoted|registered|held|approved|declined|promoted|offered|claimed|lapsed|left|"
        "attended|noted|staged|merged|corrected|erased",
        "written up|quoted",
    ),
}
CADENCES = "'weekly', 'fortnightly', 'monthly', 'every other month', 'quarterly'"
#: Columns added to a table that stays, in SQL that both databases read.
ADDED = {
    "programme": (
        f"cadence VARCHAR(20) CONSTRAINT ck_programme_cadence CHECK (cadence IN ({CADENCES}))",
        "open_to_all BOOLEAN DEFAULT '0' NOT NULL",
    ),
    "programme_version": ("reason VARCHAR DEFAULT '' NOT NULL",),
    "question": ("bank_id INTEGER CONSTRAINT fk_question_bank_id REFERENCES bank_question (id)",),
    "event_figures": ("came_again INTEGER DEFAULT '0' NOT NULL", "invited INTEGER DEFAULT '0' NOT NULL"),
    **{people: ("came_again BOOLEAN DEFAULT '0' NOT NULL",) for people in ("user_registration", "buyer_registration")},
}
FROM_BANK = "uq_question_event_id_from_bank"


def upgrade() -> None:
    """Listen."""
    _make_tables()
    for (table, column), (now, _) in VALUES.items():
        allow(table, column, listed(_split(now)))
    for table, columns in ADDED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    op.execute(f"CREATE UNIQUE INDEX {FROM_BANK} ON question (event_id) WHERE bank_id IS NOT NULL")
    refuse("UPDATE", "contribution_reply", "contribution_reply_kept", "1 = 1")


def downgrade() -> None:
    """Take it back; what the new tables and columns hold is gone."""
    op.execute(f"DROP INDEX {FROM_BANK}")
    for table, columns in ADDED.items():
        drop_columns(table, columns)
    for (table, column), (now, new) in VALUES.items():
        op.execute(f"DELETE FROM {table} WHERE {column} IN ({listed(_split(new))})")
        allow(table, column, listed(value for value in _split(now) if value not in _split(new)))
    for name in reversed(MADE):
        op.drop_table(name)
    if not is_sqlite():
        op.execute("DROP FUNCTION contribution_reply_kept")


def _split(values: str) -> list[str]:
    return values.split("|" if "|" in values else None)


def _make_tables() -> None:
    op.create_table('quotation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('author', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('said', sa.String(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(withdrawn_at IS NULL) = (trim(name) <> '')", name=op.f('ck_quotation_is_named')),
    sa.CheckConstraint("(withdrawn_at IS NULL) = (trim(words) <> '')", name=op.f('ck_quotation_says_something')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quotation')),
    sa.UniqueConstraint('ref', name=op.f('uq_quotation_ref'))
    )
    op.create_index(op.f('ix_quotation_label_author'), 'quotation', ['label', 'author'], unique=False)
    op.create_table('bank_question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('prompt', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("trim(prompt) <> ''", name=op.f('ck_bank_question_asks')),
    sa.CheckConstraint("trim(reason) <> ''", name=op.f('ck_bank_question_says_why')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_bank_question_programme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_question')),
    sa.UniqueConstraint('ref', name=op.f('uq_bank_question_ref'))
    )
    op.create_index(op.f('ix_bank_question_programme_id_position'), 'bank_question', ['programme_id', 'position'], unique=False)
    op.create_table('contribution',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('suggestion', 'question', 'answer', 'comment', name='kind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('author', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('open', 'answered', 'planned', 'done', 'declined', name='state', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('for_all', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('hidden_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('breach', sa.Enum('attack', 'advertising', name='breach', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('hidden_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("(parent_id IS NOT NULL) = (kind = 'answer')", name=op.f('ck_contribution_answers_another')),
    sa.CheckConstraint("(taken_back_at IS NULL) = (trim(words) <> '')", name=op.f('ck_contribution_says_something')),
    sa.CheckConstraint("kind <> 'comment' OR event_id IS NOT NULL", name=op.f('ck_contribution_comments_on_notes')),
    sa.CheckConstraint("label IN ('community')", name=op.f('ck_contribution_heard')),
    sa.CheckConstraint("state = 'open' OR kind IN ('suggestion', 'question')", name=op.f('ck_contribution_is_worked_on')),
    sa.CheckConstraint("taken_back_at IS NULL OR name = ''", name=op.f('ck_contribution_taken_back_whole')),
    sa.CheckConstraint('(hidden_at IS NULL) = (breach IS NULL)', name=op.f('ck_contribution_hidden_by_a_rule')),
    sa.ForeignKeyConstraint(['event_id', 'label'], ['event.id', 'event.label'], name=op.f('fk_contribution_event_id_label')),
    sa.ForeignKeyConstraint(['hidden_by'], ['organiser.id'], name=op.f('fk_contribution_hidden_by')),
    sa.ForeignKeyConstraint(['parent_id'], ['contribution.id'], name=op.f('fk_contribution_parent_id')),
    sa.ForeignKeyConstraint(['programme_id', 'label'], ['programme.id', 'programme.label'], name=op.f('fk_contribution_programme_id_label')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contribution')),
    sa.UniqueConstraint('ref', name=op.f('uq_contribution_ref'))
    )
    op.create_index(op.f('ix_contribution_event_id_kind'), 'contribution', ['event_id', 'kind'], unique=False)
    op.create_index(op.f('ix_contribution_label_author'), 'contribution', ['label', 'author'], unique=False)
    op.create_index(op.f('ix_contribution_parent_id'), 'contribution', ['parent_id'], unique=False)
    op.create_index(op.f('ix_contribution_programme_id_kind_state'), 'contribution', ['programme_id', 'kind', 'state'], unique=False)
    op.create_table('evening',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('slides', sa.JSON(), nullable=False),
    sa.Column('way_to_buy', sa.String(), nullable=False),
    sa.Column('way_to', sa.String(), nullable=False),
    sa.Column('objections', sa.JSON(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by', sa.Integer(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(way_to_buy = '') = (way_to = '')", name=op.f('ck_evening_named_way')),
    sa.CheckConstraint("NOT (label IN ('commercial')) OR published_at IS NULL OR way_to_buy <> ''", name=op.f('ck_evening_way_to_buy')),
    sa.CheckConstraint("label IN ('commercial') OR (way_to_buy = '' AND way_to = '')", name=op.f('ck_evening_nobody_buys')),
    sa.ForeignKeyConstraint(['event_id', 'label'], ['event.id', 'event.label'], name=op.f('fk_evening_event_id_label')),
    sa.ForeignKeyConstraint(['updated_by'], ['organiser.id'], name=op.f('fk_evening_updated_by')),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_evening'))
    )
    op.create_table('event_quotation',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('quotation_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('put_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('put_by', sa.Integer(), nullable=False),
    sa.CheckConstraint("label IN ('commercial')", name=op.f('ck_event_quotation_sells')),
    sa.ForeignKeyConstraint(['event_id', 'label'], ['event.id', 'event.label'], name=op.f('fk_event_quotation_event_id_label')),
    sa.ForeignKeyConstraint(['put_by'], ['organiser.id'], name=op.f('fk_event_quotation_put_by')),
    sa.ForeignKeyConstraint(['quotation_id'], ['quotation.id'], name=op.f('fk_event_quotation_quotation_id')),
    sa.PrimaryKeyConstraint('event_id', 'quotation_id', name=op.f('pk_event_quotation'))
    )
    op.create_table('contribution_route',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_contribution_route_contribution_id')),
    sa.ForeignKeyConstraint(['made_by'], ['organiser.id'], name=op.f('fk_contribution_route_made_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contribution_route')),
    sa.UniqueConstraint('ref', name=op.f('uq_contribution_route_ref'))
    )
    op.create_index(op.f('ix_contribution_route_contribution_id'), 'contribution_route', ['contribution_id'], unique=False)
    op.create_table('contribution_vote',
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('voter', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_contribution_vote_contribution_id')),
    sa.PrimaryKeyConstraint('contribution_id', 'voter', name=op.f('pk_contribution_vote'))
    )
    op.create_index(op.f('ix_contribution_vote_label_voter'), 'contribution_vote', ['label', 'voter'], unique=False)
    op.create_table('link_figures',
    sa.Column('link_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('registered', sa.Integer(), nullable=False),
    sa.Column('cancelled', sa.Integer(), nullable=False),
    sa.Column('waitlisted', sa.Integer(), nullable=False),
    sa.Column('attended', sa.Integer(), nullable=False),
    sa.Column('no_shows', sa.Integer(), nullable=False),
    sa.Column('first_time', sa.Integer(), nullable=False),
    sa.Column('came_before', sa.Integer(), nullable=False),
    sa.Column('came_again', sa.Integer(), server_default='0', nullable=False),
    sa.Column('walk_ins', sa.Integer(), nullable=False),
    sa.Column('stages', sa.JSON(), nullable=False),
    sa.CheckConstraint('first_time + came_before = attended', name=op.f('ck_link_figures_each_once')),
    sa.ForeignKeyConstraint(['link_id'], ['invite_link.id'], name=op.f('fk_link_figures_link_id')),
    sa.PrimaryKeyConstraint('link_id', name=op.f('pk_link_figures'))
    )
    op.create_table('contribution_reply',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('state', sa.Enum('open', 'answered', 'planned', 'done', 'declined', name='state', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('route_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("trim(words) <> ''", name=op.f('ck_contribution_reply_in_words')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_contribution_reply_contribution_id')),
    sa.ForeignKeyConstraint(['made_by'], ['organiser.id'], name=op.f('fk_contribution_reply_made_by')),
    sa.ForeignKeyConstraint(['route_id'], ['contribution_route.id'], name=op.f('fk_contribution_reply_route_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contribution_reply'))
    )
    op.create_index(op.f('ix_contribution_reply_contribution_id_id'), 'contribution_reply', ['contribution_id', 'id'], unique=False)
