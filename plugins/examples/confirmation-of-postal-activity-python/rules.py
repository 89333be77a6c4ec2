"""Confirmation of postal activity, the rules of `../confirmation-of-postal-activity/2021-01-01.yaml`.

Facts, options, conditions, documents and fees are told by their position in the package, counted from 0.

A truth is `True`, `False`, or unknown: then it is the set of the facts that are not told and that it hangs on.
So whatever is unknown knows what to ask.
"""

from enum import IntEnum

from wit_world.exports import Rules as Contract
from wit_world.exports.rules import (
    Application,
    Assessment,
    ConditionOutcome,
    ConditionResult,
    DocumentNeed,
    DocumentResult,
    FeeDue,
    FeeResult,
    MissingFact,
    Subject,
    Subject_Condition,
    Subject_Document,
    Subject_Fee,
    TimeLimitResult_Row,
)

Truth = bool | frozenset[int]


class Fact(IntEnum):
    NOTICE_CASE = 0
    SCOPE = 1
    FIRST_DAY_OF_ACTIVITY = 2
    HAS_BRAND_ON_ITEMS = 3
    NOTIFIED_IN_TIME = 4


class NoticeCase(IntEnum):
    OWN_SERVICES = 0
    BRANCH_OR_OFFICE = 1


class Scope(IntEnum):
    WITHIN_PROVINCE = 0


class Condition(IntEnum):
    SETTLED_BY_DEPARTMENT = 0
    NOTIFIED_IN_TIME = 1


class Document(IntEnum):
    NOTICE = 0
    REGISTRATION_CERTIFICATE = 1
    MODEL_CONTRACT = 2
    BRAND_SAMPLES = 3
    TARIFF = 4
    QUALITY_STANDARD = 5
    COMPENSATION_AND_COMPLAINT_RULES = 6
    FOUNDING_LICENCE_OF_BRANCH = 7


class Fee(IntEnum):
    APPRAISAL_OF_OWN_SERVICES = 0
    APPRAISAL_OF_BRANCH = 1


STANDARD = 0


def asked(truth: Truth) -> frozenset[int]:
    return truth if isinstance(truth, frozenset) else frozenset()


def unless_unknown(truth: Truth, yes, no, unknown):
    if isinstance(truth, frozenset):
        return unknown
    return yes if truth else no


def both(one: Truth, other: Truth) -> Truth:
    """No if one of them is no, whatever the other is."""
    if one is False or other is False:
        return False
    return asked(one) | asked(other) or True


def choose(condition: Truth, then: Truth, otherwise: Truth) -> Truth:
    """While the condition is unknown, so is the result."""
    either = asked(condition) | asked(then) | asked(otherwise)
    return unless_unknown(condition, then, otherwise, either)


class Rules(Contract):
    def assess(self, application: Application) -> Assessment:
        told = {fact.fact: fact.value.value for fact in application.facts}
        missing: list[MissingFact] = []

        def fact(number: int) -> Truth:
            return told[number] if number in told else frozenset({number})

        def choice(number: int, option: int) -> Truth:
            return told[number] == option if number in told else frozenset({number})

        def ask(truth: Truth, subject: Subject) -> None:
            # A set has no order that one may rely on.
            missing.extend(MissingFact(number, subject) for number in sorted(asked(truth)))

        def condition(number: int, rule: Truth) -> ConditionResult:
            ask(rule, Subject_Condition(number))
            outcome = unless_unknown(
                rule, ConditionOutcome.SATISFIED, ConditionOutcome.VIOLATED, ConditionOutcome.UNKNOWN
            )
            return ConditionResult(number, outcome)

        def document(number: int, when: Truth, originals: int = 0, copies: int = 0) -> DocumentResult:
            ask(when, Subject_Document(number))
            need = unless_unknown(when, DocumentNeed.REQUIRED, DocumentNeed.NOT_NEEDED, DocumentNeed.UNKNOWN)
            return DocumentResult(number, need, originals, copies)

        def fee(number: int, when: Truth, amount: int) -> FeeResult:
            ask(when, Subject_Fee(number))
            due = unless_unknown(when, FeeDue.DUE, FeeDue.NOT_DUE, FeeDue.UNKNOWN)
            payable = amount if when is True else None
            return FeeResult(number, due, payable, payable, None)

        is_own_service = choice(Fact.NOTICE_CASE, NoticeCase.OWN_SERVICES)
        is_branch = choice(Fact.NOTICE_CASE, NoticeCase.BRANCH_OR_OFFICE)
        is_within_province = choice(Fact.SCOPE, Scope.WITHIN_PROVINCE)
        settled_by_department = choose(is_own_service, is_within_province, is_branch)
        has_brand = both(is_own_service, fact(Fact.HAS_BRAND_ON_ITEMS))

        return Assessment(
            exemptions=[],
            conditions=[
                condition(Condition.SETTLED_BY_DEPARTMENT, settled_by_department),
                condition(Condition.NOTIFIED_IN_TIME, fact(Fact.NOTIFIED_IN_TIME)),
            ],
            documents=[
                document(Document.NOTICE, True, originals=1),
                document(Document.REGISTRATION_CERTIFICATE, is_own_service, copies=1),
                document(Document.MODEL_CONTRACT, is_own_service, originals=1),
                document(Document.BRAND_SAMPLES, has_brand, originals=1),
                document(Document.TARIFF, is_own_service, originals=1),
                document(Document.QUALITY_STANDARD, is_own_service, originals=1),
                document(Document.COMPENSATION_AND_COMPLAINT_RULES, is_own_service, originals=1),
                document(Document.FOUNDING_LICENCE_OF_BRANCH, is_branch, copies=1),
            ],
            time_limit=TimeLimitResult_Row(STANDARD),
            fees=[
                fee(Fee.APPRAISAL_OF_OWN_SERVICES, both(is_own_service, is_within_province), 1_250_000),
                fee(Fee.APPRAISAL_OF_BRANCH, is_branch, 1_000_000),
            ],
            missing=missing,
            problems=[],
        )
