"""What is wrong or doubtful in the parts of the total and in how they are converted."""

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

from apps.cycles.domain.checks.gaps import Gap, doubled, plain, weight_gap
from apps.cycles.domain.conversions import ConversionPlan, ShareBand
from apps.cycles.domain.plans import ComponentPlan, SchemePlan
from apps.cycles.domain.schemes import FROM_BALLOTS, ComponentKind, Conversion
from apps.cycles.domain.words import option_labels, paper_named, points_words, share_text


def component_gaps(plan: SchemePlan) -> Iterator[Gap]:
    """Yield the gaps of all parts of the total."""
    if not plan.components:
        yield _gap("还没有设定得分构成，请至少保留“现场测评”。")
        return
    if gap := weight_gap("components", "得分构成", [part.weight for part in plan.components]):
        yield gap
    if all(part.kind not in FROM_BALLOTS for part in plan.components):
        yield _gap("得分构成里还没有来自现场测评的一项，请至少保留一项。")
    elif plan.papers:
        yield from _source_gaps(plan)
    for part in plan.components:
        yield from _part_gaps(plan, part)


def _source_gaps(plan: SchemePlan) -> Iterator[Gap]:
    """Every ballot score comes from a form of its own."""
    ballots = [part for part in plan.components if part.kind is ComponentKind.BALLOT]
    sources = [part.paper or plan.papers[0].name for part in ballots]
    for name in doubled(sources):
        parts = "”“".join(part.name for part, source in zip(ballots, sources, strict=True) if source == name)
        yield _gap(f"得分构成里的“{parts}”都取自测评表“{name}”，每一项应取自不同的测评表。")
    used = {part.paper or plan.papers[0].name for part in plan.components if part.kind in FROM_BALLOTS}
    for paper in plan.papers:
        if paper.name not in used:
            yield _advice(f"测评表“{paper.name}”没有计入得分：得分构成里没有一项取自它。")


def _part_gaps(plan: SchemePlan, part: ComponentPlan) -> Iterator[Gap]:
    if part.kind in FROM_BALLOTS and part.paper and not paper_named(plan, part.paper):
        yield _gap(f"“{part.name}”取自测评表“{part.paper}”，但没有这张表，请另选一张。")
    elif part.kind is ComponentKind.SHARE:
        yield from _share_gaps(plan, part)
    if part.kind is ComponentKind.IMPORTED and part.full_marks is not None and part.full_marks <= 0:
        yield _gap(f"“{part.name}”的满分应大于0。")
    if part.kind is not ComponentKind.IMPORTED and part.full_marks is not None:
        yield _advice(f"“{part.name}”来自测评票，填写的满分{plain(part.full_marks)}不会用到，可以清空。")
    yield from _conversion_gaps(part)


def _share_gaps(plan: SchemePlan, part: ComponentPlan) -> Iterator[Gap]:
    labels = option_labels(plan, part.paper, part.item)
    if not part.item:
        yield _gap(f"“{part.name}”按选项占比计算，请选取哪一项。")
    elif not labels:
        yield _gap(f"“{part.name}”要取的项目已不在测评表里，或不是选等次的项目，请重新选一项。")
    elif not part.options:
        yield _gap(f"“{part.name}”还没有勾选哪几个等次计入占比。")
    elif set(part.options) - set(labels):
        yield _gap(f"“{part.name}”勾选的等次有的已不在测评表里，请重新勾选。")
    elif set(part.options) == set(labels):
        yield _advice(f"“{part.name}”勾选了全部等次，占比总是100%，请只勾选要计入的等次。")
    unknown = {one for band in part.conversion.overrides for one in band.options} - set(labels)
    if labels and unknown:
        yield _gap(f"“{part.name}”的另行规定里有的等次已不在测评表里，请重新勾选。")


def _conversion_gaps(part: ComponentPlan) -> Iterator[Gap]:
    kind = part.conversion.kind
    if kind is Conversion.BANDS:
        yield from _band_gaps(part)
    elif kind in {Conversion.RANK, Conversion.PLACE}:
        yield from _place_gaps(part.name, part.conversion)
    if kind is Conversion.PLACE and part.kind is not ComponentKind.IMPORTED:
        yield _gap(f"“{part.name}”不是录入的考核得分，没有录入的名次，请改为“{Conversion.RANK}”。")


def _band_gaps(part: ComponentPlan) -> Iterator[Gap]:
    name, bands = part.name, part.conversion.bands
    if not bands:
        yield _gap(f"“{name}”选了分段折算，但还没有分段，请至少写一段。")
        return
    for better, worse in itertools.pairwise(bands):
        if better.at_least <= worse.at_least:
            yield _gap(
                f"“{name}”的分段应从高到低排：{share_text(better.at_least)}之后是{share_text(worse.at_least)}。"
            )
        elif better.score < worse.score:
            yield _gap(
                f"“{name}”{share_text(better.at_least)}以上得{points_words(better.score)}，反而少于"
                f"{share_text(worse.at_least)}以上的{points_words(worse.score)}，请核对。"
            )
    lowest = min(band.at_least for band in bands)
    if lowest > 0:
        yield _gap(f"“{name}”低于{share_text(lowest)}的没有得分，请再加一段从0开始的。")
    yield from _override_gaps(part)


def _override_gaps(part: ComponentPlan) -> Iterator[Gap]:
    if part.conversion.overrides and part.kind is not ComponentKind.SHARE:
        yield _gap(
            f"“{part.name}”的另行规定看各等次的占比，只有“{ComponentKind.SHARE}”可以用，请清空或改来源。"
        )
        return
    for n, later in enumerate(part.conversion.overrides, start=1):
        earlier = part.conversion.overrides[: n - 1]
        if any(_always_before(one, later) for one in earlier):
            yield _gap(f"“{part.name}”的另行规定第{n}条永远用不上：前面的一条总是先满足，请调换顺序或删去。")
        elif any(set(one.options) & set(later.options) for one in earlier):
            yield _advice(f"“{part.name}”的另行规定第{n}条与前面的有重叠，同时满足时按前面的一条，请确认。")
        if set(later.options) == set(part.options):
            yield _advice(f"“{part.name}”的另行规定第{n}条看的就是计入占比的等次，直接写进分段更清楚。")


def _always_before(earlier: ShareBand, later: ShareBand) -> bool:
    """Tell whether the later one holds only where the earlier one does."""
    return set(later.options) <= set(earlier.options) and later.at_least >= earlier.at_least


def _place_gaps(name: str, plan: ConversionPlan) -> Iterator[Gap]:
    if not 0 < plan.first <= Fraction(100):
        yield _gap(f"“{name}”第1名的得分应大于0、不超过100。")
    elif plan.floor > plan.first:
        yield _gap(
            f"“{name}”的最低分{points_words(plan.floor)}高于第1名的{points_words(plan.first)}，请改小。"
        )
    if plan.step == 0:
        yield _advice(f"“{name}”每低一名少0分，名次不影响得分，请填写递减的分数。")


def _gap(message: str) -> Gap:
    return Gap("components", message)


def _advice(message: str) -> Gap:
    return Gap("components", message, is_blocking=False)


def names_of(components: Sequence[ComponentPlan]) -> frozenset[str]:
    """Return the names of the parts of the total."""
    return frozenset(part.name for part in components)
