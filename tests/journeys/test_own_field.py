"""A district with a field of its own: from the roster workbook to the summary table, the name is the one in the table."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from apps.cycles.services import open_cycle
from apps.official_documents.domain.scopes import Format
from apps.organizations.errors import FieldInUse
from apps.organizations.models import Organization
from apps.organizations.services.fields import add_field, move_field, rename_field, retire_field
from apps.rosters.services import confirm_import
from apps.secretaries.models import Appointment
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import make_opened_marks, make_session
from tests.factories.rosters import ROOT, make_import
from tests.factories.scoring import compute, item_keys, set_stage
from tests.journeys.desk import pdf_text
from tests.official_documents.kinds.samples import BY_KEY, file_of

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 20, 3, 0, tzinfo=UTC)
WHO = {"actor": None, "at": AT}
PLACES = [("P1", "临空园区党工委", "园区"), ("P2", "化工园区党工委", "园区"), ("T1", "柳湾镇党委", "农区")]
GRADES = {"P1": "good", "P2": "fairly_good", "T1": "good"}


def roster(places):
    organizations = [[code, name, "R", "党委", field, None, None, None] for code, name, field in places]
    secretaries = [
        [f"书记{code}", "男", "1980-05", None, code, "党委书记", "2021-03-01", None] for code, *_ in places
    ]
    return {"organizations": [ROOT, *organizations], "secretaries": secretaries}


def imported(places):
    return confirm_import(make_import(actor=None, **roster(places), at=AT).pk, actor=None, at=AT)


def scored_cycle():
    """A cycle of everybody in the roster, opened by the real service, counted by the real job."""
    cycle = make_cycle(stage="draft", host=Organization.objects.get(code="R"))
    for post in Appointment.objects.select_related("organization", "secretary").order_by(
        "organization__code"
    ):
        make_reviewee(cycle=cycle, organization=post.organization, secretary=post.secretary)
    cycle = open_cycle(cycle.pk, **WHO)
    set_stage(cycle, "meeting")
    items = item_keys(cycle.scheme)
    votes = [
        (one.pk, group.pk, dict.fromkeys(items, GRADES[one.organization.code]))
        for one in cycle.reviewees.select_related("organization")
        for group in cycle.scheme.voter_groups.all()
        for _ in range(6)
    ]
    make_opened_marks(make_session(cycle=cycle), votes)
    compute(cycle)
    return cycle


def cells(content):
    book = load_workbook(BytesIO(content))
    return [[str(value) for value in row] for sheet in book for row in sheet.iter_rows(values_only=True)]


def test_an_unknown_field_is_refused_by_name_and_the_allowed_are_listed():
    one = make_import(actor=None, **roster(PLACES), at=AT)

    wrong = [(error.column, error.value, error.reason) for error in one.row_errors.all()]
    assert [(column, value) for column, value, _ in wrong] == [("领域", "园区")] * 2
    assert all("农区、城市、两新、机关、国企、卫健、教育" in reason for *_, reason in wrong)


def test_a_field_of_its_own_goes_from_the_roster_to_the_summary_table():
    park = add_field("园区", **WHO)
    move_field(park.key, by=-7, **WHO)
    imported(PLACES)
    assert Organization.objects.filter(field=park.key).count() == 2

    cycle = scored_cycle()
    ranks = list(
        cycle.score_runs.get()
        .summaries.order_by("reviewee__organization__code")
        .values_list("reviewee__organization__code", "rank_in_field", "n_in_field")
    )
    assert ranks == [("P1", 1, 2), ("P2", 2, 2), ("T1", 1, 1)]

    whole, own = BY_KEY["summary_table"], BY_KEY["field_summary"]
    content = whole.contents(whole.subjects(cycle)[0])
    assert [line.name for line in content.lines] == ["书记P1", "书记P2", "书记T1"]  # the first field first
    lines = cells(file_of(whole, content, Format.XLSX))
    assert [row[0] for row in lines if row[0] in {"园区", "农区", "合计"}] == ["园区", "农区", "合计"]
    text = "".join(pdf_text(file_of(whole, content)))
    assert text.count("园区") >= 2
    of_park = next(one for one in own.subjects(cycle) if one.field == park.key)
    assert own.contents(of_park).field == "园区"

    with pytest.raises(FieldInUse):
        rename_field(park.key, label="开发区", **WHO)
    retire_field(park.key, **WHO)
    assert file_of(whole, whole.contents(whole.subjects(cycle)[0]), Format.XLSX)
    assert [row[0] for row in cells(file_of(whole, content, Format.XLSX)) if row[0] == "园区"] == ["园区"]
