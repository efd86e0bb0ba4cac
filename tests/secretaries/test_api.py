"""People and appointments by machine."""

import pytest

pytestmark = pytest.mark.django_db
BASE = "/api/v1/"
JSON = "application/json"


@pytest.fixture
def clerk(world, client):
    client.force_login(world.users["clerk"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(client, path, **body):
    return client.post(f"{BASE}{path}", body, content_type=JSON)


def test_a_career_from_first_post_to_leaving(clerk, world):
    made = post(clerk, "secretaries/", name="丙书记", phone="13812341234", organization=world.branch.pk,
                post="党支部书记", started_on="2021-03-01").json()  # fmt: skip
    first = made["appointments"][0]["id"]
    moved = post(clerk, f"appointments/{first}/transfer/", organization=world.other_town.pk, post="党委第一书记",
                 started_on="2023-03-01")  # fmt: skip
    ended = post(clerk, f"appointments/{moved.json()['id']}/end/", on="2024-05-06", reason="retired")
    career = clerk.get(f"{BASE}secretaries/{made['id']}/").json()["appointments"]

    assert (made["phone"], moved.status_code, moved.json()["kind"]) == ("138****1234", 201, "first")
    assert ended.json()["end_reason"] == "retired"
    assert [(one["organization_code"], one["ended_on"]) for one in career] == [
        ("T2", "2024-05-06"),
        ("B1", "2023-03-01"),
    ]


def test_a_taken_post_is_a_broken_rule(clerk, world):
    answer = post(clerk, "appointments/", secretary=world.outsider_secretary.pk, organization=world.town.pk,
                  post="党委书记", started_on="2024-05-06")  # fmt: skip

    assert (answer.status_code, answer.json()["code"]) == (409, "post_taken")
    assert "甲书记" in answer.json()["detail"]


def test_correction_keeps_what_is_left_out_and_voiding_takes_back(clerk, world):
    made = post(clerk, "appointments/", secretary=world.secretary.pk, organization=world.branch.pk,
                post="委员", kind="other", started_on="2022-01-01").json()  # fmt: skip

    url = f"{BASE}appointments/{made['id']}/"
    corrected = clerk.patch(url, {"started_on": "2022-02-01"}, content_type=JSON).json()
    gone = post(clerk, f"appointments/{made['id']}/void/", reason="登错了")

    assert (corrected["post"], corrected["kind"], corrected["started_on"]) == ("委员", "other", "2022-02-01")
    assert (gone.status_code, clerk.get(url).status_code) == (204, 404)


def test_appointments_are_asked_for_by_day_and_place(clerk, world):
    def posts(**query):
        return [one["id"] for one in clerk.get(f"{BASE}appointments/", query).json()["results"]]

    assert posts(organization=world.town.pk, on="2024-01-01") == [world.appointment.pk]
    assert posts(organization=world.town.pk, on="2019-01-01") == []


@pytest.mark.parametrize("path", ["secretaries/", "appointments/"])
def test_lists_cost_a_literal_number_of_queries(clerk, world, path, django_assert_num_queries):
    with django_assert_num_queries(6 if path == "secretaries/" else 5):
        clerk.get(f"{BASE}{path}")


def test_an_election_is_recorded_shifted_and_listed_as_due(clerk, world):
    made = post(clerk, "elections/", organization=world.town.pk, held_on="2022-03-01").json()
    shifted = post(clerk, f"elections/{made['id']}/shift/", due_on="2027-06-01", reason="区委批复")
    again = post(clerk, "elections/", organization=world.town.pk, held_on="2022-03-01")

    due = {one["code"]: one for one in clerk.get(f"{BASE}elections/due/").json()["results"]}
    assert (made["term_years"], made["due_on"], shifted.json()["due_on"]) == (5, "2027-03-01", "2027-06-01")
    assert (again.status_code, again.json()["code"]) == (409, "election_refused")
    assert (due["T1"]["due_on"], due["T2"]["state"]) == ("2027-06-01", "unknown")


def test_vacancies_name_who_acts(clerk, world):
    post(clerk, "appointments/", secretary=world.outsider_secretary.pk, organization=world.branch.pk,
         post="副书记（主持工作）", started_on="2024-05-06")  # fmt: skip

    vacant = {one["code"]: one["acting_name"] for one in clerk.get(f"{BASE}vacancies/").json()["results"]}

    assert vacant == {"R": None, "B1": "乙书记"}
