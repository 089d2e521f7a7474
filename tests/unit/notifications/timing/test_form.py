from __future__ import annotations

import pytest

from services.notifications.timing import form
from services.notifications.timing.wishes import DeliveryWishes, Window

FILLED = form.fields_of(DeliveryWishes()) | {"zone": "Europe/Ljubljana", "language": "sl"}


def test_what_is_shown_reads_back_as_it_was():
    wishes = DeliveryWishes(
        cadence="weekly",
        at="07:30",
        weekday=3,
        windows=(
            Window(weekday=1, opens="08:00", closes="12:00"),
            Window(weekday=1, opens="13:00", closes="24:00"),
            Window(weekday=6, opens="22:00", closes="06:00"),
        ),
        quiet_on_holidays=True,
        country="AT",
        ladder=(14, 1),
    )
    facts, mistakes = form.read(FILLED | form.fields_of(wishes))
    assert mistakes == []
    assert DeliveryWishes.model_validate(facts) == wishes


def test_people_write_hours_in_more_than_one_way():
    facts, mistakes = form.read(FILLED | {"hours": "some", "hours_2": "8.00 – 16:00", "ladder": "7 14/30"})
    assert mistakes == []
    assert facts["windows"] == (Window(weekday=2, opens="08:00", closes="16:00"),)
    assert facts["ladder"] == (7, 14, 30)


def test_hours_that_are_not_asked_for_are_not_read():
    assert form.read(FILLED | {"hours": "any", "hours_1": "nonsense"}) == form.read(FILLED)


@pytest.mark.parametrize(
    ("typed", "mistake"),
    [
        ({"hours": "some"}, ("hours_1", form.NO_HOURS)),
        ({"hours": "some", "hours_3": "8-16"}, ("hours_3", form.HOURS)),
        ({"hours": "some", "hours_3": "26:00-27:00"}, ("hours_3", form.HOURS)),
        ({"hours": "some", "hours_3": "08:00-08:00"}, ("hours_3", form.HOURS)),
        ({"hours": "some", "hours_3": ", ".join(["08:00-09:00"] * 4)}, ("hours_3", form.TOO_MANY)),
        ({"at": "8 o'clock"}, ("at", form.AT)),
        ({"ladder": "soon"}, ("ladder", form.LADDER)),
        ({"ladder": "0"}, ("ladder", form.LADDER)),
        ({"zone": "Idrija"}, ("zone", form.ZONE)),
        ({"zone": "../../etc/passwd"}, ("zone", form.ZONE)),
        ({"zone": ""}, ("zone", form.ZONE)),
        ({"country": "XX"}, ("country", form.COUNTRY)),
    ],
)
def test_a_mistake_names_its_field_and_the_mend(typed, mistake):
    assert form.read(FILLED | typed)[1] == [mistake]
