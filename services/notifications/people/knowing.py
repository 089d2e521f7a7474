"""What a sign-in says of a person, remembered."""

from __future__ import annotations

import logging
from typing import Any

from pydantic import ValidationError

from kit.auth.people import Person as SignedIn
from kit.store import Store, Work
from services.notifications.people.person import Person
from services.notifications.people.store import PEOPLE, kept, person, person_from

log = logging.getLogger(__name__)


async def know(signed_in: SignedIn, work: Work) -> Person:
    """Whom to write to, and what they may do, as the sign-in says; what was arranged here about them stays."""
    document = await work.get(PEOPLE, signed_in.user)
    roles = tuple(sorted(signed_in.roles))
    if document is None:
        told = Person(
            id=signed_in.user,
            name=signed_in.name,
            address=signed_in.user,
            language=_language(signed_in),
            roles=roles,
        )
    else:
        known = person_from(document)
        told = known.model_copy(update={"name": signed_in.name or known.name, "roles": roles})
        if told == known:
            return known
    work.put(PEOPLE, kept(told))
    return told


async def learn(signed_in: SignedIn, store: Store) -> Person | None:
    """The person as known after this sign-in; None for somebody whose user name is no address to write to."""
    known = await person(store, signed_in.user)
    if known is not None and known.roles == tuple(sorted(signed_in.roles)):
        return known
    try:
        return await store.transact(lambda work: know(signed_in, work), actor=signed_in.user)
    except ValidationError as error:
        log.warning("nobody can write to %s: %s", signed_in.user, error.errors()[0]["msg"])
        return None


def _language(signed_in: SignedIn) -> Any:
    return signed_in.language if signed_in.language in {"sl", "en"} else "sl"
