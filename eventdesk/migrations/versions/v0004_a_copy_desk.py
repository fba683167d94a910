"""A copy desk: findings that an organiser lets stand, and words to sponsors."""

import sqlalchemy as sa
from alembic import op

from eventdesk.migrations.changes import allow, listed

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

#: By table and column: what it may hold from now on, and what of it is new.
VALUES = {
    ("history", "act"): (
        "created changed published cancelled asked worded linked revoked reminded messaged pledged invited nudged thanked overridden "
        "registered held approved declined promoted offered claimed lapsed left attended noted",
        "overridden",
    ),
    **{
        (words, "channel"): (
            "page invite calendar registered waitlisted promoted changed cancelled left again held declined reminder "
            "message offered lapsed thanks nudged post speaker sponsor",
            "sponsor",
        )
        for words in ("event_words", "programme_words")
    },
}


def upgrade() -> None:
    """A copy desk."""
    op.create_table('finding_override',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('passage', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("trim(reason) <> ''", name=op.f('ck_finding_override_says_why')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_finding_override_event_id')),
    sa.ForeignKeyConstraint(['made_by'], ['organiser.id'], name=op.f('fk_finding_override_made_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding_override')),
    sa.UniqueConstraint('event_id', 'key', name=op.f('uq_finding_override_event_id_key'))
    )
    for (table, column), (now, _) in VALUES.items():
        allow(table, column, listed(now.split()))


def downgrade() -> None:
    """Take it back; what the table holds is gone."""
    for (table, column), (now, new) in VALUES.items():
        op.execute(f"DELETE FROM {table} WHERE {column} IN ({listed(new.split())})")
        allow(table, column, listed(value for value in now.split() if value not in new.split()))
    op.drop_table('finding_override')
