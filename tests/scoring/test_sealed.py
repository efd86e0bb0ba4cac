"""The sealed urn, opened again by independent code on its own."""

import io
import json
from dataclasses import replace

import pytest
from django.core.management import call_command

from apps.audit.models import AuditEntry
from apps.common.errors import NotAllowedNow
from apps.cycles.domain.papers.presets import STANDARD
from apps.cycles.domain.papers.templates import (
    CommentPolicy,
    Consequence,
    RuleKind,
    ValidityRule,
    describe_template,
)
from apps.scoring import services
from apps.scoring.domain.sealed_verification import CardsRefusedError, verify_sealed
from apps.scoring.domain.verification import NotAPackageError, verify
from tests.evaluations.test_paper_totals import Desk
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import AT, make_hall, make_session
from tests.factories.scoring import set_stage
from tests.scoring.test_packages import altered

pytestmark = pytest.mark.django_db

RULES = (
    ValidityRule(
        RuleKind.COUNT_LIMIT, Consequence.BALLOT, {"item": "overall", "answers": ["good"], "max_share": "50"}
    ),
    ValidityRule(RuleKind.BLANK, Consequence.REVIEWEE, {"items": ["duty"]}),
    ValidityRule(
        RuleKind.OVERALL_FLOOR,
        Consequence.ITEM,
        {"overall": "overall", "items": [], "worst": ["poor"], "not_better_than": "average"},
    ),
)


@pytest.fixture
def hall():
    """A hall whose form has rules that void ballots, reviewees and items; and words."""
    cycle = make_cycle(stage="draft")
    template = replace(STANDARD, rules=RULES, comments=CommentPolicy.PER_PERSON)
    cycle.scheme.papers.update(definition=describe_template(template))
    for _ in range(3):
        make_reviewee(cycle=cycle)
    cycle.scheme.frozen_at = AT
    cycle.scheme.save()
    set_stage(cycle, "meeting")
    hall = make_hall(session=make_session(cycle=cycle, planned=8), n_slips=8)
    kinds = ["good", "fairly_good", "average", "poor", None, "good", "fairly_good"]
    for n, slip in enumerate(hall.all_slips[:-1]):
        marks = hall.marks(*kinds[n % 7 :], *kinds[: n % 5])
        hall.cast_marks(slip, marks, texts={"1": {hall.paper.subject_ids[0]: {"c": f"意见{n}"}}})
    hall.close()
    hall.open()
    return hall


def files(hall):
    sealed = services.export_sealed(hall.session.pk, actor=hall.actor, at=AT)
    return sealed, services.export_results(hall.session.pk, actor=hall.actor, at=AT)


def lines(hall):
    return [*hall.cards[1:], hall.hold_text]


def test_rules_voided_ballots_reviewees_and_items_in_this_hall(hall):
    counts = hall.session.closing.opening_counts.values()

    assert sum(one["void"] for one in counts) > 0
    assert sum(one["valid"] for one in counts) > 0
    assert sum(one["partly"] for one in counts) > 0


def test_urn_opened_again_gives_the_same_results(hall):
    sealed, results = files(hall)

    assert verify_sealed(sealed, results, lines(hall)) == []


def test_wrong_cards_open_nothing(hall):
    sealed, results = files(hall)
    other = make_hall(n_slips=1)

    for given in ([hall.cards[0], hall.hold_text], [], hall.cards, [*other.cards[:2], other.hold_text]):
        with pytest.raises(CardsRefusedError):
            verify_sealed(sealed, results, given)


def test_changed_envelope_is_named(hall):
    sealed, results = files(hall)
    text = sealed_row(sealed)
    changed = altered(sealed, "urn.csv", text, text[:40] + ("A" if text[40] != "A" else "B") + text[41:])

    found = verify_sealed(changed, results, lines(hall))

    assert any("不是它那份密封选票的摘要" in one for one in found)
    assert any("在清单上，密封选票里没有" in one for one in found)


def sealed_row(sealed):
    from tests.scoring.test_packages import rows_of

    return rows_of(sealed, "urn.csv")[0]["ciphertext"]


def test_result_package_of_another_session_is_refused(hall):
    sealed, _ = files(hall)
    other = make_hall(n_slips=1)
    other.cast(other.all_slips[0])
    other.close()
    other.open()

    with pytest.raises(NotAPackageError):
        verify_sealed(sealed, services.export_results(other.session.pk, actor=None, at=AT), lines(hall))


def test_sealed_export_waits_for_closing_and_is_written_down(hall):
    files(hall)

    assert AuditEntry.objects.filter(action="scoring.sealed_exported").count() == 1
    with pytest.raises(NotAllowedNow):
        services.export_sealed(make_session().pk, actor=None, at=AT)


def test_commands_write_and_verify_files(hall, tmp_path, monkeypatch, capsys):
    results, sealed = tmp_path / "r.zip", tmp_path / "s.zip"

    call_command("export_package", str(hall.session.pk), str(results), sealed=sealed)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines(hall))))
    out = io.StringIO()
    call_command("verify_package", str(results), sealed=sealed, json=True, stdout=out)

    assert json.loads(out.getvalue()) == {"agrees": True, "differences": []}
    assert results.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "arguments", [["999999", "x.zip"], ["{session}", "-"], ["{session}", "/no/such/place"]]
)
def test_wrong_use_of_the_export_ends_with_two(hall, arguments):
    with pytest.raises(SystemExit) as ended:
        call_command("export_package", *(one.format(session=hall.session.pk) for one in arguments))

    assert ended.value.code == 2


def test_export_before_opening_is_refused(tmp_path):
    with pytest.raises(SystemExit) as ended:
        call_command("export_package", str(make_session().pk), str(tmp_path / "r.zip"))

    assert ended.value.code == 1


def test_verify_command_tells_differences_and_wrong_use(hall, tmp_path):
    _, results = files(hall)
    wrong, none = tmp_path / "wrong.zip", tmp_path / "none.zip"
    wrong.write_bytes(altered(results, "results.csv", "total,", "total,1"))
    none.write_bytes(b"nothing")

    codes = []
    for path in (wrong, none, tmp_path / "missing.zip"):
        with pytest.raises(SystemExit) as ended:
            call_command("verify_package", str(path))
        codes.append(ended.value.code)

    assert codes == [1, 2, 2]


def test_paper_totals_are_laid_out_the_same_way():
    desk = Desk()
    for slip in desk.hall.all_slips[:-1]:
        desk.hall.cast(slip, "good", "fairly_good", None)
    for actor in (desk.first, desk.second):
        desk.enter(actor)
    desk.hall.close()
    desk.hall.open()
    sealed, results = files(desk.hall)

    assert verify(results) == []
    assert verify_sealed(sealed, results, lines(desk.hall)) == []
