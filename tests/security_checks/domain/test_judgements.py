"""Each judgement: what is met, and what is not called met."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.domain.self_checks import CheckState
from apps.security_checks.domain import judgements as j
from apps.security_checks.domain.requirements import REQUIREMENTS

GOOD, BAD, UNKNOWN = CheckState.GOOD, CheckState.BAD, CheckState.UNKNOWN
RIGHTS = {
    "role": "spk_app",
    "is_superuser": False,
    "owns_log": False,
    "forbidden": (),
    "n_triggers": 3,
    "n_disabled": 0,
}
LOGINS = {"n_failures": 5, "lock_minutes": 15, "idle_minutes": 30, "by_name": True}


def rights(**changes):
    return j.LogRights(**(RIGHTS | changes))


def test_lines_are_named_once_and_are_about_thirty():
    keys = [one.key for one in REQUIREMENTS]

    assert len(keys) == len(set(keys))
    assert len(keys) >= 20


@pytest.mark.parametrize(
    ("length", "validators", "days", "state"),
    [(10, ["Length"], 90, GOOD), (7, ["Length"], 90, BAD), (10, [], 90, BAD), (10, ["Length"], 0, BAD)],
)
def test_password_policy(length, validators, days, state):
    assert j.judge_password_policy(length, validators, days).state is state


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, GOOD),
        ({"n_failures": 0}, BAD),
        ({"n_failures": 50}, BAD),
        ({"lock_minutes": 1}, BAD),
        ({"idle_minutes": 0}, BAD),
        ({"idle_minutes": 480}, BAD),
        ({"by_name": False}, BAD),
    ],
)
def test_failed_logins(change, state):
    assert j.judge_logins(j.LoginRules(**(LOGINS | change))).state is state


@given(st.integers(0, 9), st.integers(0, 9))
def test_second_factor_is_met_only_when_all_have_one(n, with_factor):
    finding = j.judge_two_factor(n, min(with_factor, n))

    assert (finding.state is GOOD) == (n > 0 and with_factor >= n)


@pytest.mark.parametrize(
    ("by_role", "n_two", "state"),
    [([1, 1, 2], 0, GOOD), ([1, 1, 1], 1, BAD), ([1, 0, 1], 0, BAD), ([], 0, BAD)],
)
def test_three_administrators(by_role, n_two, state):
    assert j.judge_administrators(by_role, n_two).state is state


@pytest.mark.parametrize(
    ("change", "role", "log"),
    [
        ({}, GOOD, GOOD),
        ({"is_superuser": True, "forbidden": ("UPDATE",)}, BAD, BAD),
        ({"owns_log": True}, BAD, BAD),
        ({"forbidden": ("TRUNCATE",)}, GOOD, BAD),
        ({"n_disabled": 1}, GOOD, BAD),
        ({"n_triggers": 0}, GOOD, BAD),
    ],
)
def test_rights_of_the_application(change, role, log):
    assert j.judge_database_role(rights(**change)).state is role
    assert j.judge_log_protection(rights(**change)).state is log


@pytest.mark.parametrize(
    ("age", "broken", "state"),
    [
        (timedelta(hours=1), None, GOOD),
        (timedelta(hours=37), None, BAD),
        (timedelta(0), 3, BAD),
        (None, None, BAD),
    ],
)
def test_chain(age, broken, state):
    assert j.judge_chain(age, broken, 7).state is state


@pytest.mark.parametrize(
    ("age", "elsewhere", "state"),
    [
        (timedelta(hours=1), True, GOOD),
        (timedelta(hours=1), False, BAD),
        (timedelta(days=3), True, BAD),
        (None, True, BAD),
    ],
)
def test_copies(age, elsewhere, state):
    finding = j.judge_copies(timedelta(days=200), age, "/var/copies", is_elsewhere=elsewhere)

    assert finding.state is state
    assert "/var/copies" in finding.evidence + finding.remedy


@pytest.mark.parametrize("elsewhere", [True, False])
def test_before_the_first_night_no_copy_is_neither_good_nor_bad(elsewhere):
    new = j.judge_copies(timedelta(hours=2), None, "/var/copies", is_elsewhere=elsewhere)
    late = j.judge_copies(timedelta(hours=37), None, "/var/copies", is_elsewhere=elsewhere)

    assert (new.state, late.state) == (CheckState.UNKNOWN, BAD)
    assert ("SPK_AUDIT_COPY_DIR=" in new.remedy) is not elsewhere


@pytest.mark.parametrize(
    ("url", "is_kept"),
    [
        ("redis://localhost:6379/0", True),
        ("redis://127.0.0.1/0", True),
        ("redis+socket:///run/x.sock?virtual_host=0", True),
        ("redis://:geheim@valkey:6379/0", True),
        ("redis://valkey:6379/0", False),
        ("postgresql://spk@db/spk", False),
        ("postgresql:///", True),
    ],
)
def test_servers_keep_strangers_out(url, is_kept):
    assert j.judge_connection(url)[0] is is_kept


@given(st.timedeltas(timedelta(days=-2), timedelta(days=400)))
def test_backup_is_met_only_while_it_is_fresh(age):
    assert (j.judge_backup(age, "备份", "X").state is GOOD) == (age <= timedelta(hours=36))
    assert j.judge_backup(None, "备份", "X").state is BAD


def test_what_nobody_can_see_is_never_called_met():
    assert j.judge_known_flaws(["Django 5.2"]).state is UNKNOWN
    assert j.judge_faults(1).state is BAD
    assert j.judge_faults(0).state is GOOD
    assert j.judge_clock(timedelta(seconds=-2)).state is BAD
    assert j.judge_clock(timedelta(seconds=0.4)).state is GOOD
    assert j.judge_transport(redirects=True, hsts_seconds=0, secure_cookies=True).state is BAD
    assert j.judge_transport(redirects=True, hsts_seconds=1, secure_cookies=True).state is GOOD


def test_ages_are_told_in_words():
    assert [j.told_age(timedelta(minutes=n)) for n in (0, 59, 60, 2879, 2880)] == [
        "0 分钟", "59 分钟", "1 小时", "47 小时", "2 天",
    ]  # fmt: skip
