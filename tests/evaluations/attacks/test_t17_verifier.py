"""T17: a second program, with no line in common, comes to the same figures, whatever the scheme says about blanks, trimming, weights
and decimals. The weak variant rounds with floats, and is found.
"""

import csv
import io
import json
import zipfile
from decimal import Decimal
from fractions import Fraction

import pytest

from apps.cycles.domain.papers.templates import Item, ItemKind, Option, PaperTemplate, Scale
from apps.cycles.models import VoterGroup
from apps.evaluations.models import EvaluationSession
from apps.scoring.domain import packages, verification
from apps.scoring.selectors.packages import result_package
from tests.evaluations.attacks.halls import dice
from tests.factories.cycles import make_cycle, make_paper, make_reviewee
from tests.factories.evaluations import make_hall, make_session
from tests.factories.scoring import set_stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

N_RULESETS = 8
GRADES = ("good", "fair", "poor")


def random_template(rng):
    """A form of grades and of numbers with hundredths, whose means fall on halves of a hundredth."""
    values = sorted(rng.sample(range(101), 3), reverse=True)
    options = tuple(Option(key, key, Decimal(value)) for key, value in zip(GRADES, values, strict=True))
    grade = Item("g", "等次", weight=Decimal(rng.randint(0, 7)), scale="s")
    number = Item("n", "打分", ItemKind.NUMBER, weight=Decimal(rng.randint(1, 9)), step=Decimal("0.01"))
    return PaperTemplate("测评表", (grade, number), (Scale("s", "等次", options),))


def random_session(rng):
    """A session held through the real services under a ruleset drawn by lot; some slips stay unused, some ballots blank."""
    cycle = make_cycle(stage="draft")
    scheme = cycle.scheme
    scheme.papers.all().delete()
    make_paper(scheme, template=random_template(rng))
    scheme.blank_rule = rng.choice(["abstain", "value", "void"])
    scheme.blank_value = Decimal(rng.randint(0, 10000)) / 100
    scheme.trim_each_side, scheme.trim_when_more_than = rng.randint(0, 2), rng.randint(4, 6)
    scheme.decimals, scheme.k_min = rng.choice([1, 2, 2, 3]), rng.randint(3, 5)
    for group in VoterGroup.objects.filter(scheme=scheme):
        group.weight = Decimal(rng.randint(1, 9999)) / 100
        group.save(update_fields=["weight"])
    scheme.frozen_at = cycle.created_at
    scheme.save()
    for _ in range(2):
        make_reviewee(cycle=cycle)
    set_stage(cycle, "meeting")
    hall = make_hall(n_slips=8, session=make_session(cycle=cycle, planned=8))
    part, subjects = hall.paper.parts[0].key, hall.paper.subject_ids
    for slip in hall.all_slips:
        if rng.random() < 0.8:
            hall.cast_marks(slip, {part: {subject: random_marks(rng) for subject in subjects}})
    hall.close()
    hall.open()
    return EvaluationSession.objects.select_related("cycle__scheme", "closing").get(pk=hall.session.pk)


def random_marks(rng):
    number = f"{rng.randint(0, 9999) / 100:.2f}".rstrip("0").rstrip(".")
    marks = {"g": rng.choice(GRADES), "n": number}
    return {key: answer for key, answer in marks.items() if rng.random() < 0.9}


def differences(session, alter=lambda content: content):
    """Return what the independent verifier finds in the server's package."""
    return verification.verify(alter(result_package(session)))


def test_both_programs_agree_whatever_the_rules():
    rng = dice(17)

    assert [differences(random_session(rng)) for _ in range(N_RULESETS)] == [[]] * N_RULESETS


def with_floats(content):
    """The same package from a program that divides and rounds in binary floats."""
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        parts = {name: zipped.read(name) for name in zipped.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    places = json.loads(parts["scheme.json"])["rules"]["decimals"]
    for name, head in (("results.csv", packages.RESULTS_HEAD), ("components.csv", packages.COMPONENTS_HEAD)):
        rows = list(csv.DictReader(io.StringIO(parts[name].decode("utf-8-sig"), newline="")))
        for row in rows:
            if row["rounded"] and row["exact"]:
                exact = Fraction(row["exact"])
                row["rounded"] = f"{round(exact.numerator / exact.denominator, int(places)):.{places}f}"
        parts[name] = packages.csv_bytes(head, ([row[column] for column in head] for row in rows))
    return packages.package_bytes({key: value for key, value in manifest.items() if key != "parts"}, parts)


def test_float_rounding_is_found():
    rng = dice(17)
    session = next(one for one in (random_session(rng) for _ in range(40)) if has_half(one))

    assert differences(session, with_floats) != []


def has_half(session):
    """Tell whether some figure lies exactly between two that could be published, where floats go astray."""
    content = result_package(session)
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        text = zipped.read("results.csv").decode("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(text, newline="")) if row["rounded"] and row["exact"]]
    return any(
        Decimal(row["rounded"])
        != round(Decimal(float(Fraction(row["exact"]))), session.cycle.scheme.decimals)
        for row in rows
    )
