"""Names for people of what applications keep as codes."""

from __future__ import annotations

from contracts.values import LocalText


def _table(rows: str) -> dict[str, LocalText]:
    """One line per code: code | Slovenian | English."""
    parts = (line.split("|") for line in rows.strip().splitlines())
    return {code.strip(): LocalText(sl=sl.strip(), en=en.strip()) for code, sl, en in parts}


STATE_NAMES = _table("""
considered | v presoji | under consideration
go_decided | odločeno: prijava | decided: apply
no_go | odločeno: brez prijave | decided: do not apply
step1_draft | osnutek 1. stopnje | step 1 in preparation
step1_submitted | 1. stopnja oddana | step 1 submitted
step1_eligible | 1. stopnja formalno ustrezna | step 1 eligible
step1_ineligible | 1. stopnja formalno neustrezna | step 1 ineligible
step1_approved | 1. stopnja odobrena | step 1 approved
step1_approved_with_conditions | 1. stopnja odobrena s pogoji | step 1 approved with conditions
step1_not_approved | 1. stopnja ni odobrena | step 1 not approved
draft | v pripravi | in preparation
submitted | oddana | submitted
eligible | formalno ustrezna | eligible
ineligible | formalno neustrezna | ineligible
approved | odobrena | approved
approved_with_conditions | odobrena s pogoji | approved with conditions
not_approved | ni odobrena | not approved
conditions_submitted | izpolnitev pogojev oddana | conditions submitted
returned_to_applicant | vrnjena v dopolnitev | returned to us
returned_for_conditions | vrnjena zaradi pogojev | returned for the conditions
modification_precontracting | sprememba pred pogodbo | change before the contract
modification_precontracting_submitted | sprememba pred pogodbo oddana | change before the contract submitted
contracted | pogodba podpisana | contracted
in_modification | sprememba pogodbe v pripravi | contract change in preparation
modification_submitted | sprememba pogodbe oddana | contract change submitted
modification_rejected | sprememba pogodbe zavrnjena | contract change rejected
reporting | v poročanju | reporting
closed | zaključena | closed
rejected | zavrnjena | rejected
withdrawn | umaknili smo jo | withdrawn by us
""")

MOVE_NAMES = _table("""
decide_go | Odločimo se za prijavo | Decide to apply
decide_no_go | Odločimo se proti prijavi | Decide not to apply
reconsider | Presodi znova | Consider it again
start_step1 | Začni 1. stopnjo | Begin step 1
start | Začni pripravo | Begin preparing
submit_step1 | Zabeleži oddajo 1. stopnje | Record step 1 as submitted
start_step2 | Začni 2. stopnjo | Begin step 2
submit | Zabeleži oddajo | Record it as submitted
resubmit_step1 | Zabeleži dopolnitev 1. stopnje | Record the answer to step 1
resubmit | Zabeleži dopolnitev | Record the answer
find_eligible | Formalno ustrezna | Found eligible
find_ineligible | Formalno neustrezna | Found ineligible
return_to_us | Vrnjena v dopolnitev | Returned to us
approve_step1 | 1. stopnja odobrena | Step 1 approved
approve_step1_with_conditions | 1. stopnja odobrena s pogoji | Step 1 approved with conditions
not_approve_step1 | 1. stopnja ni odobrena | Step 1 not approved
approve | Odobrena | Approved
approve_with_conditions | Odobrena s pogoji | Approved with conditions
not_approve | Ni odobrena | Not approved
submit_conditions | Zabeleži izpolnitev pogojev | Record the conditions as submitted
return_for_conditions | Pogoji niso izpolnjeni | Returned for the conditions
request_change | Zaprosi za spremembo | Ask for a change
submit_change | Zabeleži oddano spremembo | Record the change as submitted
return_change | Sprememba vrnjena | Change returned
accept_change | Sprememba sprejeta | Change accepted
reject_change | Sprememba zavrnjena | Change rejected
carry_on | Nadaljuj po pogodbi | Carry on under the contract
contract | Zabeleži podpis pogodbe | Record the contract
begin_reporting | Začni poročanje | Begin reporting
close | Zaključi | Close
record_rejection | Zabeleži zavrnitev in nauke | Record the rejection and its lessons
withdraw | Umakni | Withdraw
""")

STAGE_NAMES = _table("""
deciding | odločanje | deciding
preparing | priprava | preparing
assessment | pri financerju | with the funder
contract | pogodba | contract
carrying_out | izvajanje | carrying out
over | konec | over
""")

GO_REASONS = _table("""
will_apply | prijavimo se sami | we apply ourselves
will_consider | potrebna je še presoja | it takes more consideration
will_support | podpremo drugega prijavitelja | we support another applicant
fits_plan | ustreza načrtu | it fits the plan
own_share_ready | lastni delež je na voljo | the own share is there
partners_ready | partnerji so pripravljeni | the partners are ready
""")

NO_GO_REASONS = _table("""
not_our_goals | ne ustreza potrebam ali ciljem | not applicable to our needs or goals
no_capacity | nimamo dovolj ljudi | inadequate capacity
cannot_implement | ne moremo izvesti | unable to implement
no_own_share | ni lastnega deleža | lack of match ability
cannot_partner | partnerstvo ni izvedljivo | unfeasible to partner
unsustainable | ne bi zmogli vzdrževati | unsustainable
state_deadlines | roki države niso izvedljivi | unable to meet the State's deadlines
no_authority | nimamo pristojnosti | inadequate authority
deadline_missed | roka ne moremo ujeti | cannot meet the deadline
""")

DOCUMENT_STATES = _table("""
missing | manjka | missing
requested | naročeno | requested
in_preparation | v pripravi | in preparation
ready | pripravljeno | ready
not_needed | ni potrebno | not needed
""")

PARTNER_ROLES = _table("""
lead | vodilni partner | lead partner
partner | partner | partner
associated | pridruženi partner | associated partner
supplier | zunanji izvajalec | supplier
""")


def named(names: dict[str, LocalText], code: str) -> LocalText:
    """The name of a code; one we do not know stands for itself."""
    return names.get(code, LocalText(sl=code, en=code))
