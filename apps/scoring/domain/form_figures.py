"""One reviewee on one form: groups' means, items' scores, the form's score and the shares of options, all by one denominator."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from apps.cycles.domain.schemes import EmptyGroupRule
from apps.scoring.domain.ballot_scores import (
    GroupPart,
    ballot_score,
    group_mean,
    item_denominator,
    item_mean,
    n_divided_by,
    option_share,
    weighted_mean,
)
from apps.scoring.domain.figures import FormFigures, GroupFigure
from apps.scoring.domain.inputs import Inputs, Named, Person, Scheme
from apps.scoring.domain.readings import Layout
from apps.scoring.domain.tally import Form, GroupTally, Rules, TallyKey


def figures_on_form(
    inputs: Inputs, person: Person, form: Form, tallies: Mapping[TallyKey, GroupTally]
) -> FormFigures:
    """Return a reviewee's figures on a form, before anything is hidden."""
    scheme, rules = inputs.scheme, inputs.scheme.rules
    empty = GroupTally(Layout.of(form))
    found = [tallies.get((person.key, group.key), empty) for group in scheme.groups]
    returned = [
        inputs.returned.get((form.key, person.key, group.key), one.n_marks)
        for group, one in zip(scheme.groups, found, strict=True)
    ]
    means = [group_mean(rules, one, n) for one, n in zip(found, returned, strict=True)]
    parts = [GroupPart(group.weight, mean) for group, mean in zip(scheme.groups, means, strict=True)]
    ballot = ballot_score(rules, parts)
    groups = tuple(
        _group_figure(rules, form, group, one, n_returned=n, mean=mean, share=share)
        for group, one, n, mean, share in zip(
            scheme.groups, found, returned, means, ballot.shares, strict=True
        )
    )
    is_waiting = bool(person.sessions[form.key])
    items = tuple(_item_score(groups, place) for place in range(len(form.items)))
    return FormFigures(form, groups, None if is_waiting else ballot.score, items, is_waiting=is_waiting)


def _group_figure(
    rules: Rules,
    form: Form,
    group: Named,
    one: GroupTally,
    *,
    n_returned: int,
    mean: Fraction | None,
    share: Fraction,
) -> GroupFigure:
    return GroupFigure(
        group=group,
        tally=one,
        n_returned=n_returned,
        n_divided_by=0 if mean is None else n_divided_by(rules, one, n_returned),
        mean=mean,
        share=share,
        items=tuple(
            (item_denominator(rules, one, place, n_returned), item_mean(rules, one, place, n_returned))
            for place in range(len(form.items))
        ),
    )


def _item_score(groups: Sequence[GroupFigure], place: int) -> Fraction | None:
    """Return the weighted mean over groups of the mean points given; ``None`` for an item nobody answered."""
    means = ((figure.group.weight, figure.items[place][1]) for figure in groups)
    return weighted_mean((weight, mean) for weight, mean in means if mean is not None)


def share_of_options(scheme: Scheme, one: FormFigures, item: str, options: Iterable[str]) -> Fraction | None:
    """Return in per cent how many ballots chose one of the options, weighed over groups like the ballot score.

    ``None`` where nobody answered the item, where a group did not and the scheme wants a person to decide, or while an urn is closed.
    """
    place = next((n for n, own in enumerate(one.form.items) if own.key == item), None)
    if place is None or one.is_waiting:
        return None
    wanted = tuple(options)
    shares = [
        (figure.group.weight, option_share(scheme.rules, figure.tally, place, wanted, figure.n_returned))
        for figure in one.groups
    ]
    if scheme.rules.empty_group_rule is EmptyGroupRule.BLOCK and any(share is None for _, share in shares):
        return None
    return weighted_mean((weight, share) for weight, share in shares if share is not None)
