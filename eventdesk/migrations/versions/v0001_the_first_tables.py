"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

_WHEN = "OLD.status <> 'draft' AND (NEW.label <> OLD.label OR NEW.status = 'draft')"
#: A published event keeps its label, and stays published.
LABEL_LOCK = {
    "sqlite": f"CREATE TRIGGER event_label_locked BEFORE UPDATE ON event WHEN {_WHEN} BEGIN SELECT RAISE(ABORT, 'event_label_locked'); END",
    "postgresql": "CREATE FUNCTION event_label_locked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'event_label_locked'; END $$; "
    f"CREATE TRIGGER event_label_locked BEFORE UPDATE ON event FOR EACH ROW WHEN ({_WHEN}) EXECUTE FUNCTION event_label_locked()",
}


def upgrade() -> None:
    """The first tables."""
    op.create_table('attempt',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('key', 'ends_at', name=op.f('pk_attempt'))
    )
    op.create_table('feed',
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('label', name=op.f('pk_feed'))
    )
    op.create_table('installation',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('organisation', sa.String(), nullable=False),
    sa.Column('timezone', sa.String(), nullable=False),
    sa.Column('base_url', sa.String(), server_default='', nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_installation_only_one')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_installation'))
    )
    op.create_table('organiser',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('email_key', sa.String(), nullable=False),
    sa.Column('passphrase', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organiser')),
    sa.UniqueConstraint('email_key', name=op.f('uq_organiser_email_key'))
    )
    op.create_table('outbox',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('kind', sa.Enum('fill', 'tell', 'registered', 'promoted', 'changed', 'cancelled', 'left', 'again', name='kind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('progress', sa.Enum('waiting', 'claimed', 'done', 'failed', name='progress', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('run_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_by', sa.String(), nullable=True),
    sa.Column('error', sa.String(), nullable=False),
    sa.Column('told', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('event_id', 'ref', 'kind', 'version', name=op.f('uq_outbox_event_id_ref_kind_version'))
    )
    op.create_index(op.f('ix_outbox_progress_run_at'), 'outbox', ['progress', 'run_at'], unique=False)
    op.create_index('ix_outbox_unfinished_ref', 'outbox', ['ref', 'id'], unique=False, sqlite_where=sa.text("progress IN ('waiting', 'claimed')"), postgresql_where=sa.text("progress IN ('waiting', 'claimed')"))

    op.create_table('programme',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('slug', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('sender', sa.String(), nullable=False),
    sa.Column('postal_address', sa.String(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme')),
    sa.UniqueConstraint('id', 'label', name=op.f('uq_programme_id_label')),
    sa.UniqueConstraint('slug', name=op.f('uq_programme_slug'))
    )
    op.create_table('event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(), nullable=False),
    sa.Column('slug', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('wall_start', sa.DateTime(), nullable=False),
    sa.Column('wall_end', sa.DateTime(), nullable=False),
    sa.Column('zone', sa.String(), nullable=False),
    sa.Column('fold', sa.Integer(), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('venue', sa.String(), nullable=False),
    sa.Column('online_url', sa.String(), nullable=False),
    sa.Column('hosts', sa.JSON(), nullable=False),
    sa.Column('speakers', sa.JSON(), nullable=False),
    sa.Column('visibility', sa.Enum('public', 'invitation', name='visibility', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('brief_audience', sa.String(), nullable=False),
    sa.Column('brief_reason', sa.String(), nullable=False),
    sa.Column('brief_offer', sa.String(), nullable=False),
    sa.Column('brief_payment', sa.String(), nullable=False),
    sa.Column('status', sa.Enum('draft', 'published', 'cancelled', name='status', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('charter_accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('charter_accepted_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("(status = 'draft') = (published_at IS NULL)", name=op.f('ck_event_published_once')),
    sa.CheckConstraint("NOT (label IN ('commercial')) OR status = 'draft' OR (trim(brief_audience) <> '' AND trim(brief_reason) <> '' AND trim(brief_offer) <> '' AND trim(brief_payment) <> '')", name=op.f('ck_event_four_answers')),
    sa.CheckConstraint("NOT (label IN ('community')) OR status = 'draft' OR charter_accepted_at IS NOT NULL", name=op.f('ck_event_charter_accepted')),
    sa.CheckConstraint("label IN ('commercial') OR brief_audience || brief_reason || brief_offer || brief_payment = ''", name=op.f('ck_event_no_answers')),
    sa.CheckConstraint("trim(title) <> ''", name=op.f('ck_event_titled')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_event_ends_after_start')),
    sa.CheckConstraint('fold IN (0, 1)', name=op.f('ck_event_fold')),
    sa.ForeignKeyConstraint(['charter_accepted_by'], ['organiser.id'], name=op.f('fk_event_charter_accepted_by')),
    sa.ForeignKeyConstraint(['programme_id', 'label'], ['programme.id', 'programme.label'], name=op.f('fk_event_programme_id_label')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event')),
    sa.UniqueConstraint('code', name=op.f('uq_event_code')),
    sa.UniqueConstraint('id', 'label', name=op.f('uq_event_id_label')),
    sa.UniqueConstraint('slug', name=op.f('uq_event_slug')),
    sa.UniqueConstraint('uid', name=op.f('uq_event_uid'))
    )
    op.create_index(op.f('ix_event_label_starts_at'), 'event', ['label', 'starts_at'], unique=False)

    op.create_table('organiser_role',
    sa.Column('organiser_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.CheckConstraint("role IN ('community', 'commercial', 'owner')", name=op.f('ck_organiser_role_known_role')),
    sa.ForeignKeyConstraint(['organiser_id'], ['organiser.id'], name=op.f('fk_organiser_role_organiser_id')),
    sa.PrimaryKeyConstraint('organiser_id', 'role', name=op.f('pk_organiser_role'))
    )
    op.create_table('sign_in',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('organiser_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organiser_id'], ['organiser.id'], name=op.f('fk_sign_in_organiser_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in')),
    sa.UniqueConstraint('digest', name=op.f('uq_sign_in_digest'))
    )
    op.create_table('buyer_registration',
    sa.Column('company', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('email_key', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('confirmed', 'waitlisted', 'cancelled', name='state', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('turns', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("label = 'commercial'", name=op.f('ck_buyer_registration_one_list')),
    sa.ForeignKeyConstraint(['event_id', 'label'], ['event.id', 'event.label'], name=op.f('fk_buyer_registration_event_id_label')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_buyer_registration')),
    sa.UniqueConstraint('event_id', 'email_key', name=op.f('uq_buyer_registration_event_id_email_key')),
    sa.UniqueConstraint('event_id', 'place', name=op.f('uq_buyer_registration_event_id_place')),
    sa.UniqueConstraint('ref', name=op.f('uq_buyer_registration_ref'))
    )
    op.create_index(op.f('ix_buyer_registration_event_id_state_place'), 'buyer_registration', ['event_id', 'state', 'place'], unique=False)

    op.create_table('calendar_entry',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ics', sa.LargeBinary(), nullable=False),
    sa.Column('built_by', sa.String(), nullable=False),
    sa.Column('listed', sa.Boolean(), nullable=False),
    sa.Column('leaves_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_calendar_entry_event_id')),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_calendar_entry'))
    )
    op.create_index(op.f('ix_calendar_entry_label_listed_starts_at'), 'calendar_entry', ['label', 'listed', 'starts_at'], unique=False)

    op.create_table('seats',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('waiting', sa.Integer(), nullable=False),
    sa.Column('last_place', sa.Integer(), nullable=False),
    sa.CheckConstraint('capacity >= 1', name=op.f('ck_seats_some_seat')),
    sa.CheckConstraint('taken >= 0 AND (capacity IS NULL OR taken <= capacity)', name=op.f('ck_seats_not_oversold')),
    sa.CheckConstraint('waiting >= 0', name=op.f('ck_seats_counts_waiting')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_seats_event_id')),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_seats'))
    )
    op.create_table('user_registration',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.BigInteger(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Enum('community', 'commercial', name='label', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('email_key', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('confirmed', 'waitlisted', 'cancelled', name='state', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('turns', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("label = 'community'", name=op.f('ck_user_registration_one_list')),
    sa.ForeignKeyConstraint(['event_id', 'label'], ['event.id', 'event.label'], name=op.f('fk_user_registration_event_id_label')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_registration')),
    sa.UniqueConstraint('event_id', 'email_key', name=op.f('uq_user_registration_event_id_email_key')),
    sa.UniqueConstraint('event_id', 'place', name=op.f('uq_user_registration_event_id_place')),
    sa.UniqueConstraint('ref', name=op.f('uq_user_registration_ref'))
    )
    op.create_index(op.f('ix_user_registration_event_id_state_place'), 'user_registration', ['event_id', 'state', 'place'], unique=False)

    op.execute(LABEL_LOCK[op.get_bind().dialect.name])


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f('ix_user_registration_event_id_state_place'), table_name='user_registration')

    op.drop_table('user_registration')
    op.drop_table('seats')
    op.drop_index(op.f('ix_calendar_entry_label_listed_starts_at'), table_name='calendar_entry')

    op.drop_table('calendar_entry')
    op.drop_index(op.f('ix_buyer_registration_event_id_state_place'), table_name='buyer_registration')

    op.drop_table('buyer_registration')
    op.drop_table('sign_in')
    op.drop_table('organiser_role')
    op.drop_index(op.f('ix_event_label_starts_at'), table_name='event')

    op.drop_table('event')
    op.drop_table('programme')
    op.drop_index('ix_outbox_unfinished_ref', table_name='outbox', sqlite_where=sa.text("progress IN ('waiting', 'claimed')"), postgresql_where=sa.text("progress IN ('waiting', 'claimed')"))
    op.drop_index(op.f('ix_outbox_progress_run_at'), table_name='outbox')

    op.drop_table('outbox')
    op.drop_table('organiser')
    op.drop_table('installation')
    op.drop_table('feed')
    op.drop_table('attempt')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP FUNCTION event_label_locked()')
