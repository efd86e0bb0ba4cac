"""What a what-if may change about a scheme, and in which points one differs from the scheme that holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from apps.common.domain.formats import plain_decimal, round_half_up
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.schemes import BlankRule, Denominator, GradeMethod, TieRule


@dataclass(frozen=True, slots=True)
class Counting:
    """How ballots become a mean. Points are 0–100."""

    trim_each_side: int = 0
    trim_when_more_than: int = 5
    blank_rule: BlankRule = BlankRule.ABSTAIN
    blank_value: Decimal | None = None
    denominator: Denominator = Denominator.VALID

    def is_like(self, other: "Counting") -> bool:
        """Tell whether both lead to the same means, whatever the ballots: settings without effect do not count."""
        return self._effective() == other._effective()  # noqa: SLF001 -- its own class

    def _effective(self) -> tuple[object, ...]:
        trimming = (self.trim_each_side, self.trim_when_more_than) if self.trim_each_side else (0, 0)
        value = self.blank_value if self.blank_rule is BlankRule.VALUE else None
        return (*trimming, self.blank_rule, value, self.denominator)


@dataclass(frozen=True, slots=True)
class Grading:
    """How grades are proposed. Totals and shares are per cent (0–100); ``quotas`` replace ``quota`` for single fields."""

    method: GradeMethod = GradeMethod.THRESHOLD
    thresholds: Mapping[Grade, Decimal] = field(default_factory=dict)
    until: Mapping[Grade, Decimal] = field(default_factory=dict)
    quota: Decimal = Decimal(100)
    quotas: Mapping[str, Decimal] = field(default_factory=dict)
    tie_rule: TieRule = TieRule.BELOW

    def quota_of(self, field_: str) -> Decimal:
        """Return the largest share of 好 in a field."""
        return self.quotas.get(field_, self.quota)


@dataclass(frozen=True, slots=True)
class Trial:
    """The changeable part of a scheme. Weights by key of group or component, in any unit; 0 leaves the part out."""

    groups: Mapping[int, Decimal]
    components: Mapping[int, Decimal]
    counting: Counting
    decimals: int
    grading: Grading

    def keeps_form_scores(self, real: "Trial") -> bool:
        """Tell whether every score of a form stays what it is: same counting, groups in the same proportion."""
        return self.counting.is_like(real.counting) and is_proportional(self.groups, real.groups)


def is_proportional(one: Mapping[int, Decimal], other: Mapping[int, Decimal]) -> bool:
    """Tell whether two sets of weights are the same up to a factor."""
    return one.keys() == other.keys() and shares(one) == shares(other)


def shares(weights: Mapping[int, Decimal]) -> dict[int, Fraction]:
    """Return weights as parts of 1; all nought if they are."""
    total = sum(map(Fraction, weights.values()), Fraction(0))
    return {key: Fraction(one) / total if total else Fraction(0) for key, one in weights.items()}


@dataclass(frozen=True, slots=True)
class Names:
    """What keys are called."""

    groups: Mapping[int, str]
    components: Mapping[int, str]
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that differs, in words: before and now."""

    what: str
    before: str
    now: str


def differences(real: Trial, trial: Trial, names: Names) -> list[Difference]:
    """Return all settings in which a trial differs from the scheme that holds."""
    return [
        *_of_weights(real.groups, trial.groups, names.groups, "类别权重"),
        *_of_weights(real.components, trial.components, names.components, "构成权重"),
        *_of_rules(real, trial),
        *_of_grading(real.grading, trial.grading, names.fields),
    ]


def _of_weights(
    real: Mapping[int, Decimal], trial: Mapping[int, Decimal], names: Mapping[int, str], what: str
) -> Iterator[Difference]:
    before, now = shares(real), shares(trial)
    for key, name in names.items():
        if before[key] != now[key]:
            yield Difference(f"{what}：{name}", _share(before[key]), _share(now[key]))


def _share(value: Fraction) -> str:
    return f"{plain_decimal(round_half_up(value * 100, 2))}%"


def _of_rules(real: Trial, trial: Trial) -> Iterator[Difference]:
    pairs = (
        ("去掉高低分", _trimming(real.counting), _trimming(trial.counting)),
        ("空白项", _blank(real.counting), _blank(trial.counting)),
        ("平均分的分母", real.counting.denominator.label, trial.counting.denominator.label),
        ("保留小数", f"{real.decimals} 位", f"{trial.decimals} 位"),
    )
    yield from _changed(pairs)


def _of_grading(real: Grading, trial: Grading, fields: Mapping[str, str]) -> Iterator[Difference]:
    pairs = [("建议等次的方法", real.method.label, trial.method.label)]
    if trial.method is GradeMethod.THRESHOLD:
        pairs += [
            _numbers(f"“{one.label}”起点", real.thresholds, trial.thresholds, one, " 分")
            for one in BEST_FIRST
        ]
    if trial.method is GradeMethod.RANK_BAND:
        pairs += [_numbers(f"“{one.label}”排到前", real.until, trial.until, one, "%") for one in BEST_FIRST]
    pairs += [
        (
            f"“好”比例上限：{label}",
            f"{plain_decimal(real.quota_of(key))}%",
            f"{plain_decimal(trial.quota_of(key))}%",
        )
        for key, label in fields.items()
    ]
    pairs.append(("名额线上同分", real.tie_rule.label, trial.tie_rule.label))
    yield from _changed(pairs)


def _numbers(
    what: str, real: Mapping[Grade, Decimal], trial: Mapping[Grade, Decimal], grade: Grade, unit: str
) -> tuple[str, str, str]:
    before, now = (f"{plain_decimal(one[grade])}{unit}" if grade in one else "未设" for one in (real, trial))
    return what, before, now


def _changed(pairs: "list[tuple[str, str, str]] | tuple[tuple[str, str, str], ...]") -> Iterator[Difference]:
    return (Difference(what, before, now) for what, before, now in pairs if before != now)


def _trimming(one: Counting) -> str:
    if not one.trim_each_side:
        return "不去掉"
    return f"多于 {one.trim_when_more_than} 张时去掉最高、最低各 {one.trim_each_side} 张"


def _blank(one: Counting) -> str:
    if one.blank_rule is BlankRule.VALUE and one.blank_value is not None:
        return f"按 {plain_decimal(one.blank_value)} 分计"
    return one.blank_rule.label
