"""The composition root of the notifications service."""

from __future__ import annotations

from pathlib import Path

from kit.service import Context, Job, Service
from kit.store import Work
from services.notifications import api, handlers, pages, postman, store
from services.notifications.answers import handlers as answers
from services.notifications.answers.reminding import remind_people
from services.notifications.calendars import handlers as calendars
from services.notifications.changes import handlers as changes
from services.notifications.channels import courier as channel_courier
from services.notifications.channels import handlers as channels
from services.notifications.digests import sending as digests
from services.notifications.escalation.chasing import chase_answers
from services.notifications.escalation.watching import tell_unanswered
from services.notifications.integrators import gate
from services.notifications.ladder import handlers as ladder
from services.notifications.ladder.reminding import remind_of_deadlines
from services.notifications.matters import handlers as matters
from services.notifications.people.example import put_people
from services.notifications.streams import api as streams
from services.notifications.subscriptions import Subscription
from services.notifications.subscriptions import handlers as searches
from services.notifications.subscriptions import store as subscriptions
from services.notifications.webhooks import courier
from services.notifications.webhooks import handlers as webhooks

OFFICER = "officer@idrija.example"


async def load_example(context: Context, folder: Path) -> None:
    """The example's people, of whom the funding officer subscribes to every call that fits the plan."""

    async def subscribe(work: Work) -> None:
        put_people(folder, work)
        everything = Subscription(id="officer-every-fitting-call", person=OFFICER)
        subscriptions.keep(everything, work)

    await context.store.transact(subscribe)


service = Service(
    name="notifications",
    title="Notifications",
    collections=store.ALL,
    api=api.router,
    pages=pages.router,
    facades=streams.router,
    templates=Path(__file__).parent / "pages",
    handlers=[
        handlers.raise_alerts,
        answers.follow_decisions,
        *searches.HANDLERS,
        *changes.HANDLERS,
        *matters.HANDLERS,
        *webhooks.HANDLERS,
        *calendars.HANDLERS,
        *ladder.HANDLERS,
        *channels.HANDLERS,
    ],
    jobs=[
        Job("reminders", every=60, run=remind_people),
        Job("escalation", every=60, run=chase_answers),
        Job("doubtful-digests", every=10, run=digests.repeat_doubtful),
        Job("deadline-reminders", every=300, run=remind_of_deadlines),
    ],
    migrations=subscriptions.MIGRATIONS,
    workers=[
        postman.deliver_mail,
        channel_courier.deliver_by_other_channels,
        courier.deliver_webhooks,
        gate.let_integrators_in,
        tell_unanswered,
    ],
    facts=postman.mail_facts,
    load_example=load_example,
)
