"""The embedded mode: a real nats-server, a real mongod and a mail sink as children of one process.

For laptops, tests and a small city's one server. Every name a caller needs is here.
"""

from kit.embedded.errors import EmbeddedError
from kit.embedded.mailbox import Mail, list_mail, read_mail
from kit.embedded.servers import Embedded, blocking_embedded_servers, embedded_servers

__all__ = [
    "Embedded",
    "EmbeddedError",
    "Mail",
    "blocking_embedded_servers",
    "embedded_servers",
    "list_mail",
    "read_mail",
]
