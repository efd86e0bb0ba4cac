"""Rare characters everywhere: stored, sorted, searched, shown, in workbooks and in the PDF."""

from datetime import UTC, datetime
from io import BytesIO

import pypdfium2
import pytest
from django.urls import reverse
from openpyxl import load_workbook

from apps.secretaries.models import Secretary
from apps.secretaries.services import appoint, create_secretary
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
BACKEND = "django.contrib.auth.backends.ModelBackend"
# Extension A, main block of Unicode 3, extensions E and G.
NAMES = {"㛃兰": "jielan", "龚䶮": "gongyan", "王𬱖": "wang", "𰻞某": "biang"}


@pytest.fixture
def people(world):
    made = {}
    for name in NAMES:
        person = create_secretary(name=name, actor=world.users["clerk"], at=AT)
        unit = make_organization(superior=world.town, name=f"{name}村党支部")
        appoint(person.pk, organization_id=unit.pk, post="党支部书记", started_on=AT.date().replace(year=2024),
                actor=world.users["clerk"], at=AT)  # fmt: skip
        made[name] = person
    return made


@pytest.fixture
def pages(world, client, people):
    client.force_login(world.users["clerk"], backend=BACKEND)
    return client


def listed(client, **query):
    answer = client.get(reverse("secretaries:secretary_list"), query)
    return [row.name for row, _ in answer.context["lines"]]


@pytest.mark.parametrize(("name", "typed"), NAMES.items())
def test_found_by_the_character_and_by_its_pinyin(pages, name, typed):
    assert listed(pages, q=name) == [name]
    assert name in listed(pages, q=typed)


def test_found_by_initials(pages):
    assert "龚䶮" in listed(pages, q="gy")
    assert listed(pages, q="bm") == ["𰻞某"]


def test_sorted_by_pinyin_and_by_strokes(pages):
    def order(sort):
        return [name for name in listed(pages, sort=sort) if name in NAMES]

    assert order("name") == ["𰻞某", "龚䶮", "㛃兰", "王𬱖"]
    assert order("stroke") == ["王𬱖", "㛃兰", "龚䶮", "𰻞某"]


@pytest.mark.parametrize("name", NAMES)
def test_shown_on_page_card_workbook_and_pdf(pages, people, name):
    pk = people[name].pk
    assert Secretary.objects.get(pk=pk).name == name
    for view in ("secretary_detail", "secretary_card"):
        assert name in pages.get(reverse(f"secretaries:{view}", args=[pk])).content.decode()

    sheet = pages.get(reverse("secretaries:secretary_list"), {"q": name, "export": "xlsx"}).content
    cells = [
        value for row in load_workbook(BytesIO(sheet)).active.iter_rows(values_only=True) for value in row
    ]
    assert name in cells

    pdf = pypdfium2.PdfDocument(pages.get(reverse("insights:secretary_card_pdf", args=[pk])).content)
    text = pdf[0].get_textpage().get_text_range()
    assert (len(pdf), name in text, f"{name}村党支部" in text) == (1, True, True)
