"""The example beside the scheme editor: the made-up cycle computed as a real one, told line by line for the first person."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from apps.common.domain.formats import plain_decimal, round_half_up
from apps.cycles.domain.papers.templates import Item, PaperTemplate
from apps.cycles.domain.plans import SchemePlan
from apps.cycles.domain.words import paper_named
from apps.cycles.kit.worked_example import Line, Outcome, Sheet, Step, WorkedExample
from apps.scoring.domain.ballot_scores import n_trimmed
from apps.scoring.domain.computation import Computation, compute
from apps.scoring.domain.explaining import component_words
from apps.scoring.domain.figures import Figures, FormFigures, GroupFigure
from apps.scoring.domain.inputs import Inputs, Scheme
from apps.scoring.domain.made_up import NAMES, Marks, made_up_inputs, made_up_marks
from apps.scoring.domain.tally import Form, Pattern, mark_score

EXACT_PLACES = 4
NONE = "—"


def worked_example(plan: SchemePlan) -> WorkedExample:
    """Return the example of a scheme whose figures can be computed."""
    marks = made_up_marks(plan)
    inputs = made_up_inputs(plan, marks)
    computed = compute(inputs)
    first = computed.figures[0]
    sheets = [sheet for form in inputs.scheme.forms for sheet in _sheets(inputs.scheme, form, marks)]
    steps = [step for one in first.forms for step in _form_steps(inputs.scheme, one, marks)]
    steps += [_components(inputs.scheme, first), _total(inputs, first, computed)]
    return WorkedExample(
        (*sheets, *_brought_in(inputs)), tuple(steps), tuple(_outcomes(plan, inputs.scheme, computed))
    )


def number(value: Fraction | None) -> str:
    """Write an exact figure with at most four decimals; a cut one says so."""
    if value is None:
        return NONE
    rounded = round_half_up(value, EXACT_PLACES)
    text = plain_decimal(rounded)
    return text if Fraction(rounded) == value else f"{text}…"


def _sheets(scheme: Scheme, form: Form, marks: Marks) -> Iterator[Sheet]:
    """Yield the first person's ballots, a table for each voter group."""
    head = ("票", *(item.text for item in form.items), "本票得分")
    for group in scheme.groups:
        rows = [
            (str(n), *_labels(form, pattern), number(mark_score(scheme.rules, form, pattern)))
            for n, pattern in enumerate(marks[form.key, 1, group.key], start=1)
        ]
        yield Sheet(f"{form.name}：{group.name}给{NAMES[0]}的票", head, tuple(rows))


def _labels(form: Form, pattern: Pattern) -> list[str]:
    return [
        "空白" if answer is None else answer_label(form.template, item, answer)
        for item, answer in zip(form.items, pattern.answers, strict=True)
    ]


def answer_label(template: PaperTemplate, item: Item, answer: str) -> str:
    """Return what an answer is called on the form."""
    labels = {option.key: option.label for option in template.options_of(item)}
    return labels.get(answer, answer)


def _brought_in(inputs: Inputs) -> Iterator[Sheet]:
    rows = [
        (component.name, *(_imported_text(inputs, component.key, person.key) for person in inputs.people))
        for component in inputs.scheme.components
        if (1, component.key) in inputs.imported
    ]
    if rows:
        yield Sheet("录入的数", ("项目", *NAMES), tuple(rows))


def _imported_text(inputs: Inputs, component: int, person: int) -> str:
    return plain_decimal(inputs.imported[person, component].value)


def _form_steps(scheme: Scheme, one: FormFigures, marks: Marks) -> Iterator[Step]:
    form, name = one.form, one.form.name
    if scheme.groups:
        pattern = marks[form.key, 1, scheme.groups[0].key][0]
        yield Step(f"{name}：一张票的得分", (_first_ballot(scheme, form, pattern),))
    yield Step(f"{name}：每类的平均分", tuple(_group_line(scheme, figure) for figure in one.groups))
    parts = [(figure.share * 100, figure.mean) for figure in one.groups if figure.mean is not None]
    formula = " ＋ ".join(f"{number(share)}% × {number(mean)}" for share, mean in parts)
    yield Step(f"{name}：测评得分", (Line("各类加权", formula, number(one.score)),))


def _first_ballot(scheme: Scheme, form: Form, pattern: Pattern) -> Line:
    answered = [
        (weight, form.points(place, answer, n_subjects=pattern.n_subjects))
        for place, (weight, answer) in enumerate(zip(form.weights, pattern.answers, strict=True))
        if answer is not None and weight
    ]
    top = " ＋ ".join(f"{number(weight)}×{number(points)}" for weight, points in answered)
    weights = number(sum((weight for weight, _ in answered), Fraction(0)))
    return Line("第1张", f"（{top}）÷ {weights}", number(mark_score(scheme.rules, form, pattern)))


def _group_line(scheme: Scheme, figure: GroupFigure) -> Line:
    n_scored = figure.tally.n_scored
    k = n_trimmed(scheme.rules, n_scored)
    kept = f"{n_scored} 张有得分的票"
    if k:
        kept += f"，去掉最高、最低各 {k} 张"
    total = None if figure.mean is None else figure.mean * figure.n_divided_by
    return Line(
        figure.group.name, f"{kept}：合计 {number(total)} ÷ {figure.n_divided_by}", number(figure.mean)
    )


def _components(scheme: Scheme, first: Figures) -> Step:
    lines = [
        Line(
            f"{one.component.name}（权重 {number(one.component.weight)}%）",
            component_words(one, scheme) or "取测评得分",
            number(one.score),
        )
        for one in first.components
    ]
    return Step("各项得分", tuple(lines))


def _total(inputs: Inputs, first: Figures, computed: Computation) -> Step:
    scheme = inputs.scheme
    parts = " ＋ ".join(f"{number(one.component.weight)}×{number(one.score)}" for one in first.components)
    weights = number(sum((one.component.weight for one in first.components), Fraction(0)))
    lines = [Line("加权得分", f"（{parts}）÷ {weights}", number(first.base))]
    lines += _adjustment_lines(scheme, first)
    sums = [number(first.base)]
    sums += [f"＋ {number(first.bonus.total)}"] if first.bonus.lines else []
    sums += [f"− {number(first.deduction.total)}"] if first.deduction.lines else []
    kept = "，限在0至100之间" if scheme.clamps_total and len(sums) > 1 else ""
    rule = f"{' '.join(sums)}{kept}，四舍五入到 {scheme.decimals} 位小数"
    lines.append(Line("总分", rule, _published(first.total, scheme.decimals)))
    rank = computed.rank.get(first.person.key)
    return Step(
        f"{NAMES[0]}的总分",
        (*lines, Line("名次", f"{len(NAMES)} 人按总分排，同分同名次", f"第 {rank} 名" if rank else NONE)),
    )


def _adjustment_lines(scheme: Scheme, first: Figures) -> Iterable[Line]:
    names = {line.key: line.name for line in scheme.adjustments}
    for word, counted, limit in (
        ("加分", first.bonus, scheme.bonus_limit),
        ("扣分", first.deduction, scheme.deduction_limit),
    ):
        for one in counted.lines:
            cut = f"，本项上限后计 {number(one.counted)}" if one.left_out else ""
            yield Line(f"{word}：{names[one.line]}", f"记 {number(one.entered)} 分{cut}", number(one.counted))
        if counted.left_out:
            yield Line(
                f"{word}合计", f"{number(counted.subtotal)}，超过上限 {number(limit)}", number(counted.total)
            )


def _published(value: Fraction | None, decimals: int) -> str:
    return NONE if value is None else f"{round_half_up(value, decimals):f}"


def _outcomes(plan: SchemePlan, scheme: Scheme, computed: Computation) -> Iterator[Outcome]:
    for one in computed.figures:
        yield Outcome(
            key=one.person.key,
            name=one.person.name,
            total=_rounded(one.total, scheme.decimals),
            rank=computed.rank.get(one.person.key),
            ballot=_rounded(one.ballot, scheme.decimals),
            components={
                part.component.name: _rounded(part.score, scheme.decimals) for part in one.components
            },
            votes=tuple(_votes(plan, one)),
        )


def _rounded(value: Fraction | None, decimals: int) -> Decimal | None:
    return None if value is None else round_half_up(value, decimals)


def _votes(plan: SchemePlan, one: Figures) -> Sequence[int]:
    """Return the answers to the item that proposes grades, all voter groups together, by place on its scale."""
    paper = paper_named(plan, plan.rules.plurality_paper)
    item = paper.template.item(plan.rules.plurality_item) if paper else None
    form = next((form for form in one.forms if paper and form.form.name == paper.name), None)
    if form is None or item is None or item not in form.form.items:
        return ()
    place = form.form.items.index(item)
    counts = [figure.tally.answers(place) for figure in form.groups]
    return [
        sum(count.get(option.key, 0) for count in counts) for option in form.form.template.options_of(item)
    ]
