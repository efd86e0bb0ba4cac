"""Importing figures: checked without a trace, written as a whole, safe to repeat."""

import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest

from apps.assessments import services
from apps.assessments.errors import AssessmentsFixed
from apps.assessments.models import ComponentScore, FigureImport
from apps.assessments.selectors.figures import present_figures
from apps.assessments.sheets import figures_workbook
from apps.audit.models import AuditEntry
from apps.common.errors import NotAllowedNow
from apps.rosters.errors import TemplateMismatch
from tests.factories.assessments import AT, make_component_score
from tests.factories.scoring import set_stage

pytestmark = pytest.mark.django_db


def filled(cycle, **cells):
    """The workbook of the cycle as downloaded, with cells of the sheet filled in."""
    book = openpyxl.load_workbook(io.BytesIO(figures_workbook(present_figures(cycle), title=str(cycle))))
    for address, value in cells.items():
        book["考核得分"][address] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def check(cycle, clerk, content=None, **cells):
    return services.check_figures(
        cycle.pk, name="得分.xlsx", content=content or filled(cycle, **cells), actor=clerk, at=AT
    )


BOTH = {"D2": 90, "F2": "通报", "D3": 80.5, "F3": "通报"}


def test_check_writes_no_figure_and_tells_what_would_be_done(full_cycle, clerk):
    one = check(full_cycle, clerk, **BOTH)

    assert not ComponentScore.objects.exists()
    assert (one.state, one.n_rows, one.n_new, one.n_changed, one.n_unchanged, one.n_missing) == (
        "checked", 2, 2, 0, 0, 2,
    )  # fmt: skip
    assert AuditEntry.objects.filter(action="assessments.import_checked").count() == 1


def test_confirmed_import_writes_everything_once(full_cycle, clerk):
    one = check(full_cycle, clerk, **BOTH)

    services.confirm_figures(one.pk, actor=clerk, at=AT)
    services.confirm_figures(one.pk, actor=clerk, at=AT + timedelta(days=1))

    one.refresh_from_db()
    assert (one.state, one.confirmed_at) == ("confirmed", AT)
    rows = ComponentScore.objects.order_by("reviewee__order_no").values_list(
        "value", "out_of", "source", "version"
    )
    assert [*rows] == [(90, 100, "通报", 1), (Decimal("80.5"), 100, "通报", 1)]
    assert AuditEntry.objects.filter(action="assessments.import_confirmed").count() == 1


def test_same_workbook_again_changes_nothing(full_cycle, clerk):
    content = filled(full_cycle, **BOTH)
    services.confirm_figures(check(full_cycle, clerk, content).pk, actor=clerk, at=AT)

    again = check(full_cycle, clerk, content)

    assert (again.n_new, again.n_changed, again.n_unchanged) == (0, 0, 2)
    assert again.state == "checked"


def test_one_wrong_row_keeps_everything_out(full_cycle, clerk):
    one = check(full_cycle, clerk, **BOTH | {"D3": 101})

    assert one.state == "refused"
    assert one.problems == [[3, "党建工作综合考核得分", "101", "超过满分 100"]]
    with pytest.raises(NotAllowedNow, match="没有导入任何内容"):
        services.confirm_figures(one.pk, actor=clerk, at=AT)
    assert not ComponentScore.objects.exists()


def test_what_changed_since_the_check_is_shown_before_anything_is_written(full_cycle, clerk):
    component = full_cycle.scheme.components.get(name="党建工作综合考核")
    score = make_component_score(full_cycle.reviewees.first(), component, actor=clerk, value=70)
    book = openpyxl.load_workbook(io.BytesIO(filled(full_cycle, D2=90)))
    book["考核得分"]["G2"] = None  # without a version only the check itself can notice
    out = io.BytesIO()
    book.save(out)
    one = check(full_cycle, clerk, out.getvalue())
    ComponentScore.objects.filter(pk=score.pk).update(value=75, version=2)

    once = services.confirm_figures(one.pk, actor=clerk, at=AT)

    score.refresh_from_db()
    assert (once.state, score.value) == ("checked", 75)
    assert once.preview[0][4:] == ["75/100，年度考核通报", "90/100，年度考核通报"]
    twice = services.confirm_figures(one.pk, actor=clerk, at=AT)
    score.refresh_from_db()
    assert (twice.state, score.value, score.version) == ("confirmed", 90, 3)


def test_change_between_check_and_confirmation_is_refused_by_its_version(full_cycle, clerk):
    component = full_cycle.scheme.components.get(name="党建工作综合考核")
    score = make_component_score(full_cycle.reviewees.first(), component, actor=clerk, value=70)
    one = check(full_cycle, clerk, D2=90)
    ComponentScore.objects.filter(pk=score.pk).update(value=75, version=2)

    done = services.confirm_figures(one.pk, actor=clerk, at=AT)

    assert done.state == "refused"
    assert "别人已改为 75/100" in done.problems[0][3]


def test_confirmed_import_keeps_the_evidence_of_what_it_corrects(full_cycle, clerk):
    component = full_cycle.scheme.components.get(name="党建工作综合考核")
    make_component_score(full_cycle.reviewees.first(), component, actor=clerk, value=70)

    services.confirm_figures(check(full_cycle, clerk, D2=71).pk, actor=clerk, at=AT)

    assert ComponentScore.objects.get().version == 2


def test_discarded_import_is_not_confirmed_and_a_confirmed_one_not_discarded(full_cycle, clerk):
    put_aside, done = check(full_cycle, clerk, **BOTH), check(full_cycle, clerk, **BOTH)
    services.discard_figures(put_aside.pk, actor=clerk, at=AT)
    services.discard_figures(put_aside.pk, actor=clerk, at=AT)
    services.confirm_figures(done.pk, actor=clerk, at=AT)

    with pytest.raises(NotAllowedNow, match="已经放弃"):
        services.confirm_figures(put_aside.pk, actor=clerk, at=AT)
    with pytest.raises(NotAllowedNow, match="已经完成"):
        services.discard_figures(done.pk, actor=clerk, at=AT)
    assert AuditEntry.objects.filter(action="assessments.import_discarded").count() == 1


def test_imports_are_taken_in_their_stages_only(full_cycle, clerk):
    content = filled(full_cycle, **BOTH)
    one = check(full_cycle, clerk, content)
    set_stage(full_cycle, "rectifying")

    with pytest.raises(AssessmentsFixed):
        check(full_cycle, clerk, content)
    with pytest.raises(AssessmentsFixed):
        services.confirm_figures(one.pk, actor=clerk, at=AT)


def test_workbook_of_another_cycle_leaves_nothing_behind(full_cycle, clerk):
    from tests.factories.cycles import make_cycle, make_reviewee

    other = make_cycle(preset="50-50", year=2025)
    make_reviewee(cycle=other)

    with pytest.raises(TemplateMismatch, match="另一个周期"):
        check(full_cycle, clerk, filled(other))

    assert not FigureImport.objects.exists()


def test_places_come_in_with_the_number_of_those_ranked(full_cycle, clerk):
    one = check(full_cycle, clerk, H2=1, J2="排名通报", H3=1, J3="排名通报")

    services.confirm_figures(one.pk, actor=clerk, at=AT)

    assert [*ComponentScore.objects.values_list("value", "out_of").distinct()] == [(1, 2)]
    assert len(one.remarks) == 1
    assert one.remarks[0].startswith("项目排名：第 1 名有 2 人")
