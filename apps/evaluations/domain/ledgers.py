"""The ledger: 发出 = 线上 + 纸质 + 作废 + 未交, per voter group, slips and paper forms together.

Source: design.md section 3 step 5; ballot-secrecy.md A3.4 steps 5 and 6. Slips are counted when they are made, envelopes in the
urn, paper forms by hand: three countings of their own, so whatever was added or removed behind the application's back shows.
An envelope that the casting service did not put there (``n_foreign``) is told and not counted: neither can it pass for a
ballot, nor can it keep the urn from being closed.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any

ADMINISTRATOR = "监票人会同系统管理员核查票号表与票箱"
PAPER_CLERK = "登记纸质张数的工作人员到“纸质统计”页核对改正"


@dataclass(frozen=True, slots=True)
class GroupCount:
    """What was counted of one voter group. ``n_made`` is told by the printing, ``n_slips_...`` by the table of slips.

    ``n_online`` envelopes lie under a slip that says so; ``n_stray`` do not. ``n_missing`` slips say "online" without an envelope,
    ``n_replaced`` with one that did not come from the casting service.
    """

    group_id: int
    voter_group_id: int
    name: str
    n_made: int
    n_slips_unused: int = 0
    n_slips_paper: int = 0
    n_slips_void: int = 0
    n_slips_spoiled: int = 0
    n_online: int = 0
    n_missing: int = 0
    n_replaced: int = 0
    n_stray: int = 0
    n_foreign: int = 0
    n_forms: int = 0
    n_forms_returned: int = 0
    n_forms_spoiled: int = 0

    @property
    def n_slips(self) -> int:
        """Slips in the table, whatever became of them."""
        with_envelope = self.n_online + self.n_missing + self.n_replaced
        return (
            with_envelope
            + self.n_slips_unused
            + self.n_slips_paper
            + self.n_slips_void
            + self.n_slips_spoiled
        )


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One voter group (or hall). ``n_returned`` = online + paper; what follows ``n_unused`` explains the others.

    ``n_issued`` = slips that were not exchanged + paper forms; ``n_void`` = void and spoiled slips + spoiled forms;
    ``n_unused`` = slips not used + forms not returned.
    """

    group_id: int
    voter_group_id: int
    name: str
    n_issued: int
    n_online: int
    n_paper: int
    n_void: int
    n_unused: int
    n_slips: int = 0
    n_exchanged: int = 0
    n_forms: int = 0
    n_spoiled: int = 0
    n_foreign: int = 0

    @property
    def n_returned(self) -> int:
        return self.n_online + self.n_paper

    @property
    def difference(self) -> int:
        """Issued minus accounted for; nought when the line balances."""
        return self.n_issued - (self.n_online + self.n_paper + self.n_void + self.n_unused)

    @property
    def is_balanced(self) -> bool:
        return self.difference == 0 and self.n_returned <= self.n_issued

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON for the closing record."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line is off, and who may put it right."""

    name: str
    what: str
    who: str

    def __str__(self) -> str:
        return f"{self.name}：{self.what}。请{self.who}"


def line_of(count: GroupCount) -> LedgerLine:
    """Return the ledger's line of what was counted."""
    return LedgerLine(
        group_id=count.group_id,
        voter_group_id=count.voter_group_id,
        name=count.name,
        n_issued=count.n_made - count.n_slips_paper + count.n_forms,
        n_online=count.n_online,
        n_paper=count.n_forms_returned,
        n_void=count.n_slips_void + count.n_slips_spoiled + count.n_forms_spoiled,
        n_unused=count.n_slips_unused
        + count.n_replaced
        + count.n_forms
        - count.n_forms_returned
        - count.n_forms_spoiled,
        n_slips=count.n_made,
        n_exchanged=count.n_slips_paper,
        n_forms=count.n_forms,
        n_spoiled=count.n_slips_spoiled + count.n_forms_spoiled,
        n_foreign=count.n_foreign,
    )


def faults_of(count: GroupCount) -> list[Fault]:
    """Return all that keeps the urn from being closed; empty when the line balances."""
    off = count.n_made - count.n_slips
    found = [
        (off != 0, f"印发 {count.n_made} 张测评票，票号表里有 {count.n_slips} 张", ADMINISTRATOR),
        (count.n_missing, f"{count.n_missing} 张测评票登记为已交，票箱里没有选票", ADMINISTRATOR),
        (count.n_stray, f"票箱里 {count.n_stray} 份选票的测评票没有登记为已交", ADMINISTRATOR),
        (
            count.n_forms_returned + count.n_forms_spoiled > count.n_forms,
            f"纸质测评表发出 {count.n_forms} 张，收回和作废共 {count.n_forms_returned + count.n_forms_spoiled} 张",
            PAPER_CLERK,
        ),
        (
            count.n_slips_paper > count.n_forms,
            f"{count.n_slips_paper} 张测评票换领了纸质测评表，纸质测评表只登记发出 {count.n_forms} 张",
            PAPER_CLERK,
        ),
    ]
    return [Fault(count.name, what, who) for is_off, what, who in found if is_off]


def line_from_json(stored: dict[str, Any]) -> LedgerLine:
    """Return the line a closing record stored."""
    known = {field.name for field in fields(LedgerLine)}
    return LedgerLine(**{name: value for name, value in stored.items() if name in known})


def turnout(n_online: int, k_min: int, *, step: int = 5) -> int | None:
    """Return the number shown while voting goes on: rounded down to ``step``; ``None`` below ``k_min`` (not shown)."""
    return None if n_online < k_min else n_online // step * step
