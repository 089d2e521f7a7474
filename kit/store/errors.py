"""What can go wrong when a unit of work is committed."""

from pymongo.errors import ConnectionFailure, WaitQueueTimeoutError


class Conflict(Exception):
    """Somebody else changed the same entity; the command may be tried again."""


class AlreadyDone(Exception):
    """This handler has already taken effect for this event."""


def is_unavailable(error: BaseException) -> bool:
    """Whether the database could not be reached at all, so that no event is to blame."""
    return isinstance(error, ConnectionFailure | WaitQueueTimeoutError)
