"""Making a calendar's link, another one, and taking it back: the same whether a page or a program asks."""

from __future__ import annotations

from kit.auth.people import Person, Role
from kit.clock import now
from kit.http.problems import Problem
from kit.settings import Settings
from kit.store import Work
from services.notifications.calendars.feed import Feed
from services.notifications.calendars.store import DATES, FEEDS, feed_id_for
from services.notifications.people.person import Language

STAFF: tuple[Role, ...] = ("editor", "funding-officer", "coordinator", "approver", "operator")


async def make(department: str | None, language: Language, person: Person, work: Work) -> Feed:
    """A link, a new one where one was taken back; one that is there stays.

    Raises Problem for a department that leads no application, and for who may not see a department's dates.
    """
    if department is not None and not person.may(*STAFF):
        raise Problem(403, f"this needs one of the roles {', '.join(STAFF)}; ask a coordinator")
    if department is not None and not await work.find(DATES, {"department": department}, limit=1):
        raise Problem.at("department", f"no application is led by {department!r}", "choose one from the list")
    feed = await work.load(FEEDS, feed_id_for(person.user, department))
    if feed is None:
        return work.save(FEEDS, new(person.user, department, language))
    return feed if feed.revoked_at is None else work.save(FEEDS, feed.renewed(work.now, language))


async def renew(feed_id: str, language: Language, person: Person, work: Work) -> Feed:
    """Another link; who has the old one sees nothing any more."""
    return work.save(FEEDS, (await _mine(feed_id, person, work)).renewed(work.now, language))


async def revoke(feed_id: str, person: Person, work: Work) -> None:
    work.save(FEEDS, (await _mine(feed_id, person, work)).revoked(work.now))


def new(person: str, department: str | None, language: Language) -> Feed:
    return Feed(
        feed_id=feed_id_for(person, department),
        person=person,
        department=department,
        language=language,
        renewed_at=now(),
    )


def address(feed: Feed, settings: Settings) -> str:
    """Where calendar programs fetch it. Raises Problem (503) while the installation has no secret."""
    try:
        link = feed.link(settings.secret.get_secret_value())
    except ValueError as error:
        raise Problem(503, str(error)) from None
    return f"{settings.public_url.rstrip('/')}/inbox/calendar/{link}.ics"


async def _mine(feed_id: str, person: Person, work: Work) -> Feed:
    feed = await work.load(FEEDS, feed_id)
    if feed is None or feed.person != person.user:
        raise Problem(404, "you have no such calendar")
    return feed
