"""T11: everything that is published is put into equations; no small group's answers may come out as the only ones possible.

The attacker (``equations``) has an integer solver. He knows all rules, weights and numbers of ballots and what people entered, and reads
means, counts and shares of the groups that are shown, item scores, the ballot score, shares over all groups, converted
components, the figures before and after bonus and deduction, ranks, and all of it in every version there was: runs before and
after an import was corrected. What is told of several years side by side is attacked in `test_t11_years`.
Bands that are "not distinguishable" are proven otherwise: in every other world the solver finds, the server publishes the same bands.

The weak variants hide the small group alone, forget the shares, forget the earlier versions, or let the band swing with a hidden group; the
same attacker breaks them.
"""

import re
import zipfile
from dataclasses import replace
from fractions import Fraction
from io import BytesIO

import pytest

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.schemes import ComponentKind, Conversion
from apps.scoring.domain.closeness import bands_of
from apps.scoring.domain.inputs import Component
from apps.scoring.models import GroupScore, ScoreSummary
from tests.evaluations.attacks.equations import Attack, Linear
from tests.evaluations.attacks.halls import dice
from tests.evaluations.attacks.publications import (
    K_MIN,
    Hall,
    field_components,
    forgetting_shares,
    has_small_group,
    hidden_like,
    hiding_small_groups_alone,
    random_hall,
)
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import make_opened_marks, make_session
from tests.factories.scoring import compute as compute_scores
from tests.factories.scoring import item_keys, make_clerk, set_stage

N_WORLDS = 30


def pinned(hall, results):
    """Return the cells of small groups that come out, and the other worlds the solver found."""
    return Attack(hall.scheme, results).pinned(K_MIN, hall.secret())


def attack(n_cases, rng, *, weak=False, told=None, **wanted):
    """Return how many halls were tried, and those in which a small group came out."""
    told = told or (hiding_small_groups_alone if weak else Hall.results)
    tried, broken = 0, []
    while tried < n_cases:
        hall = random_hall(rng, **wanted)
        if has_small_group(hall):
            tried += 1
            found, _ = pinned(hall, told(hall))
            if found:
                broken.append((hall, found))
    return tried, broken


def test_no_small_group_comes_out_of_the_equations():
    tried, broken = attack(N_WORLDS, dice(11))

    assert tried == N_WORLDS
    assert broken == []


@pytest.mark.parametrize("kind", [Conversion.RANK, Conversion.BEST_RATIO])
def test_no_small_group_comes_out_of_ranks_and_ratios_in_a_field(kind):
    tried, broken = attack(10, dice(12), components=field_components(kind), n_people=3, n_versions=1)

    assert tried == 10
    assert broken == []


def test_hidden_scores_do_not_come_out_of_ranks():
    """Few ballots on the whole: the score is hidden, and so are ranks that would tell it."""
    _, broken = attack(10, dice(13), sizes=(2, 2), n_people=3, n_versions=1)

    assert broken == []


def test_hiding_the_small_group_alone_is_broken():
    _, broken = attack(N_WORLDS, dice(11), weak=True)

    assert len(broken) > N_WORLDS // 4


def with_share(rng, options):
    share = Component(3, "优秀率", Fraction(30), ComponentKind.SHARE, 1, "i0", ("o0",))
    return Component(1, "现场测评", Fraction(70), ComponentKind.BALLOT, 1), share


def test_forgetting_the_shares_is_broken():
    _, broken = attack(40, dice(14), told=forgetting_shares, components=with_share)

    assert len(broken) > 4


def test_forgetting_earlier_versions_is_broken():
    """Forty corrections of an import round the same hidden score in forty ways: taken together they tell it closely.

    Values and weights are such that no other marks give exactly the same score: only rounding protects.
    """

    def forgetful(hall):
        return hall.results(forgets=True)

    wanted = {
        "n_versions": 40, "sizes": (97, 3), "weights": (67, 33), "values": (100, 80, 50), "decimals": 1, "components": with_import,
    }  # fmt: skip
    _, broken = attack(8, dice(15), told=forgetful, **wanted)
    _, kept = attack(8, dice(15), **wanted)

    assert len(broken) > 0
    assert kept == []


def with_import(rng, options):
    ballot = Component(1, "现场测评", Fraction(rng.choice((33, 37, 41))), ComponentKind.BALLOT, 1)
    return ballot, Component(2, "平时考核", Fraction(30), ComponentKind.IMPORTED)


def test_every_other_world_publishes_the_same_bands():
    """The band swings with shown groups and numbers of ballots alone: what hidden groups said leaves no trace in it."""
    rng, n_worlds = dice(16), 0
    while n_worlds < 12:
        hall = random_hall(rng, n_people=3, n_versions=1)
        [result] = hall.results()
        for world in pinned(hall, [result])[1][:2]:
            [other] = in_world(hall, world).results()
            figures = [*map(hidden_like, other.figures, result.figures)]
            assert [published(one) for one in figures] == [published(one) for one in result.figures]
            bands = bands_of(hall.scheme, figures, other.rank)
            assert {key: bands.get(key) for key in result.bands} == result.bands
            n_worlds += 1


def in_world(hall, world):
    """The same hall, hidden groups having marked as the solver says."""
    ballots = dict(hall.ballots)
    for place in {key[:2] for key in world}:
        ballots[(*place, 1)] = [key[2] for key, n in world.items() if key[:2] == place for _ in range(n)]
    return replace(hall, ballots=ballots)


def published(one):
    """What is read of one person's totals."""

    def rounded(value):
        return None if value is None else round_half_up(value, 2)

    return None if one.hides_score else (rounded(one.ballot), rounded(one.base), rounded(one.total))


def test_a_band_that_swings_with_a_hidden_group_is_broken():
    """The weak variant: if the spread of a hidden group were published, its squares would be one more equation."""
    rng, n_tried, n_broken = dice(17), 0, 0
    while n_tried < 10:
        hall = random_hall(rng, sizes=(12, 3), n_versions=1, components=with_import)
        results = hall.results()
        attacker = Attack(hall.scheme, results)
        if not attacker.patterns or len(hall.scheme.forms[0].items) > 1:
            continue
        n_tried += 1
        for place, patterns in attacker.patterns.items():
            for power in (1, 2):
                linear = Linear(terms=tuple((key, worth(hall, key) ** power) for key in patterns))
                attacker.equations.exactly(linear, linear.at(hall.secret()))
            assert place
        n_broken += bool(attacker.pinned(K_MIN, hall.secret())[0])

    assert n_broken > n_tried // 2


def worth(hall, key):
    form = hall.scheme.forms[0]
    return form.points(0, key[2][0], n_subjects=0)


# -- what pages and files say


def texts_in(content):
    """Return the bytes of an answer, unpacked if it is a workbook."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as zipped:
            return "".join(zipped.read(name).decode("utf-8", "replace") for name in zipped.namelist())
    return content.decode("utf-8", "replace")


@pytest.fixture
def small_group(client):
    """A cycle in which three people vote otherwise than everybody else. Return it, and their mean as a page would print it."""
    cycle = make_cycle(stage="draft")
    reviewee = make_reviewee(cycle=cycle)
    make_reviewee(cycle=cycle)
    set_stage(cycle, "meeting")
    many, few = cycle.scheme.voter_groups.all()[:2]
    keys = item_keys(cycle.scheme)
    votes = [
        (one.pk, many.pk, dict.fromkeys(keys, "good")) for one in cycle.reviewees.all() for _ in range(7)
    ]
    votes += [(reviewee.pk, few.pk, dict.fromkeys(keys, grade)) for grade in ("good", "poor", "average")]
    make_opened_marks(make_session(cycle=cycle), votes)
    compute_scores(cycle)
    set_stage(cycle, "grading")
    client.force_login(make_clerk(cycle), backend="django.contrib.auth.backends.ModelBackend")
    row = GroupScore.objects.get(summary__reviewee=reviewee, voter_group=few)
    assert row.is_suppressed
    return cycle, {f"{row.mean:.2f}", row.mean_exact}


@pytest.mark.django_db
def test_no_page_file_or_interface_shows_a_hidden_mean(client, small_group):
    cycle, figures = small_group

    pages = dict(visited(client, cycle))

    assert len(figures) == 2
    assert len([url for url in pages if "summaries" in url]) >= 2
    assert {"/scoring/?export=xlsx", "/api/v1/results/"} <= pages.keys()
    assert {url for url, text in pages.items() for figure in figures if figure in text} == set()


@pytest.mark.django_db
def test_a_mean_that_is_shown_is_found(client, small_group):
    """The weak variant: the same pages when nobody suppresses anything."""
    cycle, figures = small_group
    GroupScore.objects.filter(summary__run__cycle=cycle).update(is_suppressed=False)

    pages = dict(visited(client, cycle))

    assert {url for url, text in pages.items() for figure in figures if figure in text} != set()


def visited(client, cycle):
    """Follow all links below the scores, with every file they offer; the package for the scrutineers alone is left out."""
    waiting, seen = ["/scoring/", "/scoring/?export=xlsx", "/insights/", "/api/v1/results/"], set()
    waiting += [f"/scoring/summaries/{pk}/" for pk in cycle_summaries(cycle)]
    while waiting and len(seen) < 60:
        url = waiting.pop()
        if url not in seen and "/package/" not in url:
            seen.add(url)
            answer = client.get(url)
            if answer.status_code == 200:
                text = texts_in(b"".join(answer.streaming_content) if answer.streaming else answer.content)
                yield url, text
                waiting += re.findall(r'href="(/(?:scoring|insights|api)/[^"#]*)"', text)


def cycle_summaries(cycle):
    return list(ScoreSummary.objects.filter(run__cycle=cycle).values_list("pk", flat=True))
