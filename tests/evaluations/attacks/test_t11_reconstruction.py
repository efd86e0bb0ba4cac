"""T11: everything that is published is put into equations; no small group's answers may come out as the only ones possible.

The attacker knows all rules, weights and numbers of ballots, the counts and means of the groups that are shown, the item's score, the ballot
score, and, as a second version of it, the total into which it enters. He tries every way in which the hidden groups can have marked.
The weak variants hide the small group alone, or nothing; the same attacker breaks them.
"""

import re
import zipfile
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from itertools import combinations_with_replacement, product

import pytest

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.papers.templates import Item, Option, PaperTemplate, Scale
from apps.cycles.domain.schemes import ComponentKind
from apps.scoring.domain.computation import compute
from apps.scoring.domain.inputs import Component, CountedForm, Imported, Inputs, Named, Person, Scheme
from apps.scoring.domain.tally import Form, Pattern, Rules
from apps.scoring.models import GroupScore, ScoreSummary
from tests.evaluations.attacks.halls import dice
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import make_opened_marks, make_session
from tests.factories.scoring import compute as compute_scores
from tests.factories.scoring import item_keys, make_clerk, set_stage

K_MIN = 5
VALUES = (95, 85, 75, 60)
N_WORLDS = 25
SIZES = ((7, 3), (9, 4, 2), (6, 1), (8, 5, 3), (2, 2, 9), (4, 6, 6))


def one_item_form():
    options = tuple(Option(f"o{n}", f"{n}", Decimal(value)) for n, value in enumerate(VALUES))
    item = Item("i", "总体评价", scale="s")
    return Form(1, "测评表", PaperTemplate("测评表", (item,), (Scale("s", "等次", options),)))


def random_case(rng):
    """Return sizes, weights and counts per group: some halls vote at the end of the scale, others spread."""
    sizes = rng.choice(SIZES)
    weights = [rng.choice((20, 30, 40, 60)) for _ in sizes]
    odds = rng.choice(((1, 1, 1, 1), (8, 1, 1, 1), (1, 0, 0, 0), (0, 0, 1, 9)))
    counts = [table_of(rng.choices(range(4), odds, k=n)) for n in sizes]
    return sizes, weights, counts


def figures_of(weights, counts):
    """Compute one person's figures by the real function."""
    form = one_item_form()
    rows = [(7, g, o, n) for g, table in enumerate(counts) for o, n in enumerate(table) if n]
    components = (
        Component(1, "现场测评", Fraction(70), ComponentKind.BALLOT, form.key),
        Component(2, "平时考核", Fraction(30), ComponentKind.IMPORTED),
    )
    groups = tuple(Named(g, f"{g}", Fraction(weight)) for g, weight in enumerate(weights))
    scheme = Scheme(Rules(), (form,), groups, components, decimals=2, k_min=K_MIN)
    marks = {form.key: CountedForm([Pattern((f"o{o}",)) for o in range(4)], rows)}
    imported = {(7, 2): Imported(Decimal(88), Decimal(100), "")}
    return compute(Inputs(scheme, [Person(7, "甲", "rural", {form.key: ()})], marks, imported)).figures[0]


def score_of(weights, counts):
    means = [Fraction(sum(n * v for n, v in zip(table, VALUES, strict=True)), sum(table)) for table in counts]
    return sum(w * m for w, m in zip(weights, means, strict=True)) / Fraction(sum(weights))


def rounded(score):
    """Every published figure that moves with the score: itself, the item's, and the total."""
    return round_half_up(score, 2), round_half_up((70 * score + 30 * 88) / 100, 2)


def pinned(sizes, weights, counts, *, hidden, shows_score):
    """Return the small groups whose answers are the only ones that fit everything published."""
    every = {g: [table_of(c) for c in combinations_with_replacement(range(4), sizes[g])] for g in hidden}
    possible = {g: set() for g in hidden}
    published = rounded(score_of(weights, counts))
    for chosen in product(*every.values()):
        world = list(counts)
        for g, table in zip(hidden, chosen, strict=True):
            world[g] = table
        if not shows_score or rounded(score_of(weights, world)) == published:
            for g, table in zip(hidden, chosen, strict=True):
                possible[g].add(table)
    small = [g for g, n in enumerate(sizes) if n < K_MIN]
    return [g for g in small if g not in hidden or len(possible[g]) == 1]


def table_of(chosen):
    found = Counter(chosen)
    return tuple(found[o] for o in range(4))


def really_hidden(weights, counts):
    figures = figures_of(weights, counts)
    [form] = figures.forms
    hidden = [g for g, group in enumerate(form.groups) if group.is_suppressed]
    return {"hidden": hidden, "shows_score": not (form.hides_score or figures.hides_score)}


def small_ones_hidden(sizes):
    return {"hidden": [g for g, n in enumerate(sizes) if n < K_MIN], "shows_score": True}


def n_worlds(sizes, hidden):
    total = 1
    for g in hidden:
        total *= len(list(combinations_with_replacement(range(4), sizes[g])))
    return total


def attack(n_cases, rng, *, weak=False):
    """Return how many cases were tried, and those in which a small group came out."""
    tried, broken = 0, []
    while tried < n_cases:
        sizes, weights, counts = random_case(rng)
        shown = small_ones_hidden(sizes) if weak else really_hidden(weights, counts)
        if n_worlds(sizes, shown["hidden"]) > 30_000:
            continue
        tried += 1
        found = pinned(sizes, weights, counts, **shown)
        if found:
            broken.append((sizes, weights, counts, found))
    return tried, broken


def test_no_small_group_comes_out_of_the_equations():
    tried, broken = attack(N_WORLDS, dice(11))

    assert tried == N_WORLDS
    assert broken == []


def test_hiding_the_small_group_alone_is_broken():
    _, broken = attack(N_WORLDS, dice(11), weak=True)

    assert len(broken) > N_WORLDS // 4


def test_hiding_nothing_is_broken():
    sizes, weights, counts = (7, 3), (60, 40), ((3, 2, 1, 1), (2, 1, 0, 0))

    assert pinned(sizes, weights, counts, hidden=[], shows_score=True) == [1]


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
