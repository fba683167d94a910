"""The other programs a test needs, each real, each its own, each on this machine alone.

Fixtures: `postgresql` (the run's server), `postgresql_url` (an empty database), `mailbox`, `nameserver`,
`serve`.
"""

from tests.servers.names import Nameserver, nameserver
from tests.servers.ports import free_port
from tests.servers.postgres import (
    PostgreSQL,
    copied,
    fresh_database,
    migrated_postgresql,
    migrated_postgresql_url,
    postgresql,
    postgresql_url,
    running_postgresql,
    standing_postgresql_url,
)
from tests.servers.served import Installation, Served, serve
from tests.servers.smtp import Delivery, Mailbox, mailbox

__all__ = [
    "Delivery",
    "Installation",
    "Mailbox",
    "Nameserver",
    "PostgreSQL",
    "Served",
    "copied",
    "free_port",
    "fresh_database",
    "mailbox",
    "migrated_postgresql",
    "migrated_postgresql_url",
    "nameserver",
    "postgresql",
    "postgresql_url",
    "running_postgresql",
    "serve",
    "standing_postgresql_url",
]
