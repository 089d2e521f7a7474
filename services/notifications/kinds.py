"""What people can be told of: the one list of kinds of alerts, with what each is called and how it is treated."""

from __future__ import annotations

from typing import Annotated, Final, Literal, NamedTuple

from pydantic import AfterValidator

from contracts.values import Code, LocalText

AlertKind = Code
"""A kind as it is stored: one that only a newer version knows is shown by its code, not refused."""

Group = Literal["calls", "applications", "plan", "money", "sensors", "sources", "house"]

GROUPS: Final[dict[Group, LocalText]] = {
    "calls": LocalText(sl="Razpisi", en="Calls"),
    "applications": LocalText(sl="Prijave", en="Applications"),
    "plan": LocalText(sl="Akcijski načrt", en="Action plan"),
    "money": LocalText(sl="Denar in obveznosti", en="Money and obligations"),
    "sensors": LocalText(sl="Senzorji", en="Sensors"),
    "sources": LocalText(sl="Viri razpisov", en="Sources of calls"),
    "house": LocalText(sl="Obvestila in povezave", en="Alerts and connections"),
}


class Kind(NamedTuple):
    """One thing one can be told of. `urgent` bypasses digests and quiet hours; `mandatory` cannot be switched off."""

    code: str
    name: LocalText
    group: Group
    urgent: bool = False
    mandatory: bool = False

    @property
    def heading(self) -> LocalText:
        """The name as it begins a line."""
        sl, en = (text[:1].upper() + text[1:] for text in (self.name.sl, self.name.en))
        return LocalText(sl=sl, en=en)


def _kind(code: str, group: Group, sl: str, en: str, *, urgent: bool = False, mandatory: bool = False) -> Kind:
    return Kind(code, LocalText(sl=sl, en=en), group, urgent, mandatory)


KINDS: Final[dict[str, Kind]] = {
    kind.code: kind
    for kind in (
        _kind("call_matched", "calls", "ujemanje z načrtom", "match with the plan"),
        _kind("call_found", "calls", "zadetek shranjenega iskanja", "found by a saved search"),
        _kind("call_changed", "calls", "sprememba razpisa", "change of the call"),
        _kind("call_withdrawn", "calls", "preklic razpisa", "withdrawal of the call", urgent=True),
        _kind("call_reopened", "calls", "ponovno odprtje razpisa", "reopening of the call", urgent=True),
        _kind("call_closed", "calls", "predčasno zaprtje razpisa", "early closing of the call"),
        _kind("deadline_near", "calls", "rok razpisa se bliža", "deadline of a call near"),
        _kind(
            *("application_state", "applications", "novo stanje prijave", "new state of an application"),
            urgent=True,
            mandatory=True,
        ),
        _kind("task_due", "applications", "rok opravila", "task due"),
        _kind("application_replanned", "applications", "premik rokov prijave", "application's dates moved"),
        _kind("activity_status", "plan", "sprememba stanja aktivnosti", "activity's state changed"),
        _kind("activity_overdue", "plan", "zamuda aktivnosti", "activity overdue"),
        _kind("need_changed", "plan", "sprememba potrebe aktivnosti", "activity's need changed"),
        _kind("risk_reviewed", "plan", "pregled tveganja", "risk reviewed"),
        _kind("risk_review_due", "plan", "rok pregleda tveganja", "review of a risk due"),
        _kind("decision_recorded", "plan", "odločitev organa", "decision of a body"),
        _kind("strategy_revised", "plan", "nova revizija strategije", "strategy revised"),
        _kind("obligation_changed", "money", "obveznost po pogodbi", "obligation of a contract"),
        _kind("commitment_made", "money", "dodeljena sredstva", "money committed"),
        _kind("commitment_withdrawn", "money", "odvzeta sredstva", "committed money withdrawn", urgent=True),
        _kind("device_registered", "sensors", "nova naprava", "new device"),
        _kind("device_silent", "sensors", "naprava se ne oglaša", "device silent"),
        _kind("device_malfunctioned", "sensors", "naprava meri napačno", "device malfunctions"),
        _kind("device_recovered", "sensors", "naprava spet deluje", "device works again"),
        # not urgent: who sets the limit of a flood chooses to hear at once, day and night, under /inbox/delivery
        _kind("threshold_exceeded", "sensors", "presežena meja", "limit exceeded"),
        _kind("threshold_cleared", "sensors", "meja ni več presežena", "limit no longer exceeded"),
        _kind("source_failed", "sources", "napaka vira", "failure of a source"),
        _kind("webhook_failing", "house", "spletni kavelj ne sprejema", "webhook fails", mandatory=True),
        _kind("webhook_disabled", "house", "izklop spletnega kavlja", "webhook disabled", urgent=True, mandatory=True),
        _kind("escalation", "house", "obvestilo brez odziva", "alert without an answer", urgent=True, mandatory=True),
    )
}


def kind_of(code: str) -> Kind:
    """The kind of that code; one that this version does not know is called by its code."""
    words = code.replace("_", " ")
    return KINDS.get(code) or Kind(code, LocalText(sl=words, en=words), "house")


def _known(code: str) -> str:
    if code not in KINDS:
        raise ValueError(f"{code!r} is no kind of alert; choose among {', '.join(KINDS)}")
    return code


ChosenKind = Annotated[Code, AfterValidator(_known)]
"""A kind that somebody asks for: only one that exists can be."""
