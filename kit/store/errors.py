"""What can go wrong when a unit of work is committed, and what may be done about it."""

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    OperationFailure,
    PyMongoError,
    WaitQueueTimeoutError,
)

_DUPLICATE_KEY = 11000
_WRITE_CONFLICT = 112


class Conflict(Exception):
    """Somebody else changed the same entity; the command may be tried again."""


class AlreadyDone(Exception):
    """This handler has already taken effect for this event."""


def is_unavailable(error: BaseException) -> bool:
    """Whether the database could not be reached at all, so that no event is to blame."""
    return isinstance(error, ConnectionFailure | WaitQueueTimeoutError)


def is_undecided(error: BaseException) -> bool:
    """Whether the server may or may not have committed: without an inbox id, running again could double it."""
    return isinstance(error, PyMongoError) and error.has_error_label("UnknownTransactionCommitResult")


def is_transient(error: BaseException) -> bool:
    """Whether the very same writes may well succeed a moment later."""
    return isinstance(error, PyMongoError) and (
        error.has_error_label("TransientTransactionError")
        or (isinstance(error, OperationFailure) and error.code == _WRITE_CONFLICT)
    )


def worth_another_try(error: BaseException) -> bool:
    """Whether the same unit, run again on fresh state, may well succeed."""
    if isinstance(error, BulkWriteError):
        problems = (error.details or {}).get("writeErrors", [])
        return any(problem.get("code") == _DUPLICATE_KEY for problem in problems) or is_transient(error)
    return isinstance(error, Conflict | DuplicateKeyError) or is_transient(error)
