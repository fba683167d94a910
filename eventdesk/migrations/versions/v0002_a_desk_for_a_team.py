"""A desk for a team: roles, links, questions, speakers, series, own wording, messages, history."""

from datetime import UTC, timedelta

import sqlalchemy as sa
from alembic import op

from eventdesk import clock
from eventdesk.migrations.changes import allow, drop_columns, is_sqlite, refuse

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

LABELS = "'community', 'commercial'"
KINDS = "'fill', 'tell', 'registered', 'promoted', 'changed', 'cancelled', 'left', 'again'"
NEW_KINDS = "'held', 'declined', 'reminder', 'message', 'join', 'reset'"
STATES = "'confirmed', 'waitlisted', 'cancelled'"
MADE = ("user_invitation", "speaker", "question", "organiser_invitation", "message", "invite_link", "history", "event_words", "door_helper", "buyer_invitation", "programme_words", "programme_version", "programme_logo", "passphrase_reset", "user_calendar", "series", "buyer_calendar")
#: Columns added to a table that stays, in SQL that both databases read.
ADDED = {
    "programme": (
        "reply_to VARCHAR DEFAULT '' NOT NULL",
        "charter JSON DEFAULT '[]' NOT NULL",
        "conduct VARCHAR DEFAULT '' NOT NULL",
        "commitment VARCHAR DEFAULT '' NOT NULL",
        "commitment_until DATE",
        "brief_audience VARCHAR DEFAULT '' NOT NULL",
        "brief_reason VARCHAR DEFAULT '' NOT NULL",
        "brief_offer VARCHAR DEFAULT '' NOT NULL",
        "brief_payment VARCHAR DEFAULT '' NOT NULL",
        "version INTEGER DEFAULT '1' NOT NULL",
    ),
    "event": (
        "charter_version_id INTEGER CONSTRAINT fk_event_charter_version_id REFERENCES programme_version (id)",
        "series_id INTEGER CONSTRAINT fk_event_series_id REFERENCES series (id)",
        "remind_days INTEGER DEFAULT '1' NOT NULL CONSTRAINT ck_event_remind_days CHECK (remind_days BETWEEN 0 AND 30)",
        "remind_at {instant}",
        "reminded_at {instant}",
    ),
    "sign_in": ("browser VARCHAR DEFAULT '' NOT NULL",),
    **{
        people: (
            f"programme_version_id INTEGER CONSTRAINT fk_{people}_programme_version_id REFERENCES programme_version (id)",
            f"link_id INTEGER CONSTRAINT fk_{people}_link_id REFERENCES invite_link (id)",
            "answers JSON DEFAULT '{{}}' NOT NULL",
            f"attended BOOLEAN CONSTRAINT ck_{people}_attended_with_seat CHECK (attended IS NULL OR state = 'confirmed')",
            "note VARCHAR DEFAULT '' NOT NULL",
        )
        for people in ("user_registration", "buyer_registration")
    },
}
TRIGGERS = {
    "programme_version_kept": ("UPDATE", "programme_version", "1 = 1"),
    "history_kept": ("UPDATE", "history", "1 = 1"),
    "question_frozen": (
        "UPDATE",
        "question",
        "OLD.answered AND (NEW.prompt <> OLD.prompt OR NEW.reason <> OLD.reason OR NEW.kind <> OLD.kind "
        "OR CAST(NEW.options AS TEXT) <> CAST(OLD.options AS TEXT) OR NEW.required <> OLD.required OR NOT NEW.answered)",
    ),
    "question_kept": ("DELETE", "question", "OLD.answered"),
}


def upgrade() -> None:
    """A desk for a team."""
    _make_tables()
    instant = "DATETIME" if is_sqlite() else "TIMESTAMP WITH TIME ZONE"
    for table, columns in ADDED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column.format(instant=instant)}")
    for name, (act, table, when) in TRIGGERS.items():
        refuse(act, table, name, when)
    allow("outbox", "kind", f"{KINDS}, {NEW_KINDS}", nullable="label")
    for people in ("user_registration", "buyer_registration"):
        allow(people, "state", f"'pending', {STATES}")
    _feeds_by_programme()
    _first_versions()
    _reminders()


def downgrade() -> None:
    """Take it back; what the new tables hold is gone, and a registration that waited for an organiser's word with it."""
    op.execute("DELETE FROM outbox WHERE label IS NULL OR kind IN (" + NEW_KINDS + ")")
    for people in ("user_registration", "buyer_registration"):
        op.execute(f"DELETE FROM {people} WHERE state = 'pending'")
        allow(people, "state", STATES)
    allow("outbox", "kind", KINDS, mandatory="label")
    _feeds_by_label()
    for table, columns in ADDED.items():
        drop_columns(table, [column.format(instant="DATETIME") for column in columns])
    for name in MADE:
        op.drop_table(name)
    if not is_sqlite():
        for name in TRIGGERS:
            op.execute(f"DROP FUNCTION {name}")


def _feeds_by_programme() -> None:
    """A feed counts its programme's changes; a label's count is the sum, which must not fall: the first programme takes it over."""
    bind = op.get_bind()
    held = bind.execute(sa.text("SELECT label, revision, changed_at FROM feed")).all()
    op.drop_table("feed")
    op.create_table('feed',
    sa.Column('programme_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_feed_programme_id')),
    sa.PrimaryKeyConstraint('programme_id', name=op.f('pk_feed'))
    )
    for label, revision, changed_at in held:
        bind.execute(
            sa.text(
                "INSERT INTO feed (programme_id, label, revision, changed_at) "
                "SELECT min(id), :label, :revision, :changed_at FROM programme WHERE label = :label HAVING min(id) IS NOT NULL"
            ),
            {"label": label, "revision": revision, "changed_at": changed_at},
        )


def _feeds_by_label() -> None:
    bind = op.get_bind()
    held = bind.execute(sa.text("SELECT label, sum(revision), max(changed_at) FROM feed GROUP BY label")).all()
    op.drop_table("feed")
    op.create_table('feed',
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('label', name=op.f('pk_feed'))
    )
    for label, revision, changed_at in held:
        bind.execute(
            sa.text("INSERT INTO feed (label, revision, changed_at) VALUES (:label, :revision, :changed_at)"),
            {"label": label, "revision": revision, "changed_at": changed_at},
        )


def _first_versions() -> None:
    """What each programme says now is its first version."""
    bind = op.get_bind()
    names = "id, name, purpose, sender, postal_address"
    version = sa.table(
        "programme_version",
        *(sa.column(name) for name in ("programme_id", "number")),
        sa.column("said", sa.JSON()),
        sa.column("made_at", sa.DateTime(timezone=True)),
    )
    for row in bind.execute(sa.text(f"SELECT {names} FROM programme")).all():
        said = {name: getattr(row, name) for name in ("name", "purpose", "sender", "postal_address")}
        bind.execute(version.insert().values(programme_id=row.id, number=1, said=said, made_at=clock.now()))


def _reminders() -> None:
    """Events remind a day before at the hour of their start by the clocks of their zone, as new ones do."""
    bind = op.get_bind()
    event = sa.table(
        "event",
        sa.column("id"),
        sa.column("zone"),
        sa.column("wall_start", sa.DateTime()),
        sa.column("remind_at", sa.DateTime(timezone=True)),
    )
    for id_, wall_start, zone in bind.execute(sa.select(event.c.id, event.c.wall_start, event.c.zone)).all():
        remind_at = clock.in_zone(wall_start - timedelta(days=1), zone).astimezone(UTC)
        bind.execute(event.update().where(event.c.id == id_).values(remind_at=remind_at))


def _make_tables() -> None:
    op.create_table('buyer_calendar',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('email_key', sa.String(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_buyer_calendar')),
    sa.UniqueConstraint('email_key', name=op.f('uq_buyer_calendar_email_key')),
    sa.UniqueConstraint('ref', name=op.f('uq_buyer_calendar_ref'))
    )
    op.create_table('series',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series'))
    )
    op.create_table('user_calendar',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('email_key', sa.String(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_calendar')),
    sa.UniqueConstraint('email_key', name=op.f('uq_user_calendar_email_key')),
    sa.UniqueConstraint('ref', name=op.f('uq_user_calendar_ref'))
    )
    op.create_table('passphrase_reset',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('organiser_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['organiser_id'], ['organiser.id'], name=op.f('fk_passphrase_reset_organiser_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passphrase_reset')),
    sa.UniqueConstraint('ref', name=op.f('uq_passphrase_reset_ref'))
    )
    op.create_table('programme_logo',
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('content_type', sa.String(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('image', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("content_type IN ('image/png', 'image/svg+xml')", name=op.f('ck_programme_logo_known_type')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_logo_programme_id')),
    sa.PrimaryKeyConstraint('programme_id', name=op.f('pk_programme_logo'))
    )
    op.create_table('programme_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('said', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['made_by'], ['organiser.id'], name=op.f('fk_programme_version_made_by')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_version_programme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme_version')),
    sa.UniqueConstraint('programme_id', 'number', name=op.f('uq_programme_version_programme_id_number'))
    )
    op.create_table('programme_words',
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.Enum('page', 'invite', 'calendar', 'registered', 'waitlisted', 'promoted', 'changed', 'cancelled', 'left', 'again', 'held', 'declined', 'reminder', 'message', 'post', 'speaker', name='channel', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_words_programme_id')),
    sa.PrimaryKeyConstraint('programme_id', 'channel', name=op.f('pk_programme_words'))
    )
    op.create_table('buyer_invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('email_key', sa.String(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('registered_ref', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("label = 'commercial'", name=op.f('ck_buyer_invitation_one_list')),
    sa.ForeignKeyConstraint(['event_id', 'label'], ['event.id', 'event.label'], name=op.f('fk_buyer_invitation_event_id_label')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_buyer_invitation')),
    sa.UniqueConstraint('ref', name=op.f('uq_buyer_invitation_ref'))
    )
    op.create_index(op.f('ix_buyer_invitation_event_id_email_key'), 'buyer_invitation', ['event_id', 'email_key'], unique=False)
    op.create_table('door_helper',
    sa.Column('organiser_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_door_helper_event_id')),
    sa.ForeignKeyConstraint(['organiser_id'], ['organiser.id'], name=op.f('fk_door_helper_organiser_id')),
    sa.PrimaryKeyConstraint('organiser_id', 'event_id', name=op.f('pk_door_helper'))
    )
    op.create_table('event_words',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.Enum('page', 'invite', 'calendar', 'registered', 'waitlisted', 'promoted', 'changed', 'cancelled', 'left', 'again', 'held', 'declined', 'reminder', 'message', 'post', 'speaker', name='channel', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_event_words_event_id')),
    sa.PrimaryKeyConstraint('event_id', 'channel', name=op.f('pk_event_words'))
    )
    op.create_table('history',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('act', sa.Enum('created', 'changed', 'published', 'cancelled', 'asked', 'worded', 'linked', 'revoked', 'reminded', 'messaged', 'pledged', 'registered', 'held', 'approved', 'declined', 'promoted', 'left', 'attended', 'noted', name='act', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['organiser.id'], name=op.f('fk_history_actor_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_history_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_history'))
    )
    op.create_index(op.f('ix_history_event_id_ref_id'), 'history', ['event_id', 'ref', 'id'], unique=False)
    op.create_table('invite_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('most_uses', sa.Integer(), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('arrivals', sa.Integer(), nullable=False),
    sa.Column('registrations', sa.Integer(), nullable=False),
    sa.CheckConstraint("trim(name) <> ''", name=op.f('ck_invite_link_named')),
    sa.CheckConstraint('most_uses >= 1', name=op.f('ck_invite_link_some_use')),
    sa.CheckConstraint('most_uses IS NULL OR registrations <= most_uses', name=op.f('ck_invite_link_not_used_up')),
    sa.ForeignKeyConstraint(['event_id', 'label'], ['event.id', 'event.label'], name=op.f('fk_invite_link_event_id_label')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invite_link')),
    sa.UniqueConstraint('code', name=op.f('uq_invite_link_code'))
    )
    op.create_index(op.f('ix_invite_link_event_id'), 'invite_link', ['event_id'], unique=False)
    op.create_table('message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_message_event_id')),
    sa.ForeignKeyConstraint(['made_by'], ['organiser.id'], name=op.f('fk_message_made_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message'))
    )
    op.create_index(op.f('ix_message_event_id'), 'message', ['event_id'], unique=False)
    op.create_table('organiser_invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('email_key', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=True),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('invited_by', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role IN ('community', 'commercial', 'owner')", name=op.f('ck_organiser_invitation_known_role')),
    sa.CheckConstraint('(role IS NULL) <> (event_id IS NULL)', name=op.f('ck_organiser_invitation_role_or_door')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_organiser_invitation_event_id')),
    sa.ForeignKeyConstraint(['invited_by'], ['organiser.id'], name=op.f('fk_organiser_invitation_invited_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organiser_invitation')),
    sa.UniqueConstraint('ref', name=op.f('uq_organiser_invitation_ref'))
    )
    op.create_table('question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('text', 'choice', 'several', 'yes_no', name='kind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('prompt', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('answered', sa.Boolean(), nullable=False),
    sa.CheckConstraint("trim(prompt) <> ''", name=op.f('ck_question_asks')),
    sa.CheckConstraint("trim(reason) <> ''", name=op.f('ck_question_says_why')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_question_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question')),
    sa.UniqueConstraint('ref', name=op.f('uq_question_ref'))
    )
    op.create_index(op.f('ix_question_event_id_position'), 'question', ['event_id', 'position'], unique=False)
    op.create_table('speaker',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('biography', sa.String(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('pledged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('pledged_version_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_speaker_event_id')),
    sa.ForeignKeyConstraint(['pledged_version_id'], ['programme_version.id'], name=op.f('fk_speaker_pledged_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_speaker')),
    sa.UniqueConstraint('event_id', 'name', name=op.f('uq_speaker_event_id_name')),
    sa.UniqueConstraint('ref', name=op.f('uq_speaker_ref'))
    )
    op.create_table('user_invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('email_key', sa.String(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('registered_ref', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("label = 'community'", name=op.f('ck_user_invitation_one_list')),
    sa.ForeignKeyConstraint(['event_id', 'label'], ['event.id', 'event.label'], name=op.f('fk_user_invitation_event_id_label')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_invitation')),
    sa.UniqueConstraint('ref', name=op.f('uq_user_invitation_ref'))
    )
    op.create_index(op.f('ix_user_invitation_event_id_email_key'), 'user_invitation', ['event_id', 'email_key'], unique=False)
