"""The lines of an explanation: plain data for page, API and files. What is hidden is not in here."""

from dataclasses import dataclass
from decimal import Decimal

from apps.cycles.domain.schemes import Denominator
from apps.scoring.selectors.distributions import AnswerTable, MeanLine

HIDDEN = "（不显示）"


@dataclass(frozen=True, slots=True)
class TrimmingLine:
    """What leaving out the best and the worst ballots did to a group's mean. ``without``: the mean of all ballots, rounded once."""

    n_dropped: int
    without: Decimal
    mean: Decimal

    @property
    def change(self) -> Decimal:
        """Points that leaving out gave (positive) or took."""
        return self.mean - self.without


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One voter group on one form. When ``is_hidden``, no figure of its own is here.

    ``n_divided_by``: the ballots by which the mean is divided; 0 without a mean.
    """

    name: str
    weight: str
    is_hidden: bool
    n_returned: int | None = None
    n_valid: int | None = None
    n_abstained: int | None = None
    n_divided_by: int | None = None
    mean: Decimal | None = None
    formula: str = ""
    trimming: TrimmingLine | None = None
    tables: tuple[AnswerTable, ...] = ()
    means: tuple[MeanLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemScore:
    """An item's score over all groups; ``None``: nobody answered it, or it may not be shown."""

    name: str
    weight: str
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class FormLine:
    """One evaluation form: how an answer is worth points, the groups, the score of the form."""

    name: str
    point_rules: tuple[str, ...]
    groups: tuple[GroupLine, ...]
    items: tuple[ItemScore, ...]
    score: Decimal | None
    formula: str
    hides_score: bool
    hides_items: bool

    @property
    def has_hidden_groups(self) -> bool:
        """Tell whether any group's own figures are left out."""
        return any(group.is_hidden for group in self.groups)

    @property
    def has_trimming(self) -> bool:
        """Tell whether ballots of any shown group were left out."""
        return any(group.trimming for group in self.groups)


@dataclass(frozen=True, slots=True)
class ComponentLine:
    """One part of the total: raw figure → conversion → score.

    ``raw`` is what stood before the conversion, in words with its unit; empty if missing or hidden. ``reason``: why there is no score.
    """

    name: str
    weight: str
    score: Decimal | None
    origin: str
    is_missing: bool
    is_hidden: bool = False
    raw: str = ""
    conversion: str = ""
    explanation: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """One line of the lists of bonuses or deductions: what was entered and what of it counts."""

    name: str
    kind: str
    entered: str
    counted: str
    note: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way from ballots to rank: what it is, how it is worked out, what comes out; ``anchor`` leads to its section."""

    title: str
    formula: str
    result: str
    anchor: str


@dataclass(frozen=True, slots=True)
class BandLine:
    """Whom the ballots do not tell apart from a reviewee: names, and the ranks between which all of them lie."""

    names: tuple[str, ...]
    from_rank: int
    to_rank: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything the page shows. ``base`` and ``base_formula`` (before bonuses and deductions) are told only where there are any."""

    blank_rule: str
    trim_rule: str
    k_min: int
    forms: tuple[FormLine, ...]
    ballot_score: Decimal | None
    components: tuple[ComponentLine, ...]
    total: Decimal | None
    total_formula: str
    hides_score: bool
    missing: tuple[str, ...]
    rank: int | None
    n_in_field: int
    n_sharing: int
    denominator: str = Denominator.VALID.label
    base: Decimal | None = None
    base_formula: str = ""
    bonus: Decimal = Decimal(0)
    deduction: Decimal = Decimal(0)
    adjustments: tuple[AdjustmentLine, ...] = ()
    band: BandLine | None = None
    steps: tuple[Step, ...] = ()

    @property
    def has_hidden_groups(self) -> bool:
        """Tell whether any group's own figures are left out."""
        return any(form.has_hidden_groups for form in self.forms)

    @property
    def has_adjustments(self) -> bool:
        """Tell whether bonuses or deductions play a part."""
        return bool(self.adjustments or self.bonus or self.deduction)
