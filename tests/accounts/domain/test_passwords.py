"""The password policy, rule by rule."""

import pytest
from django.contrib.auth.password_validation import get_default_password_validators
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.domain.passwords import Owner, faults, is_common, n_classes
from apps.accounts.kit.validators import common_passwords

OWNER = Owner(username="liwei", names=("李薇",), pinyin=("liwei",), phone="13812345678")
GOOD = "Chunyu7-heban"


@pytest.mark.parametrize(
    ("password", "n_faults"),
    [
        (GOOD, 0),
        ("春雨Heban-2026", 0),
        ("Ab1-efgh", 1),  # short
        ("chunyuheban77", 1),  # two kinds
        ("Xx7-LiWei-heban", 1),  # user name and pinyin
        ("Xx7-Li.Wei-heban", 1),  # also with signs in between
        ("Heban7-李薇-x", 1),
        ("Heban-12345678", 1),  # six digits in a row of the number
        ("Heban-123-456-x", 1),
        ("Heban-1381-x-qt", 0),
    ],
)
def test_policy(password, n_faults):
    assert len(faults(password, OWNER, common=common_passwords())) == n_faults


@pytest.mark.parametrize(
    "password",
    ["Password123!", "P@ssw0rd2024", "Admin@123456", "Qwerty@12345", "Woaini5201314!", "Zuzhibu@2026", "Dangjian#2026", "1qaz2wsx!QAZ", "A123456@789"],
)  # fmt: skip
def test_common_passwords_are_found_in_disguise(password):
    assert is_common(password, common_passwords())


def test_list_is_a_real_one():
    assert len(common_passwords()) >= 3_000


@given(st.text(max_size=140))
def test_all_faults_are_told_or_the_password_keeps_every_rule(password):
    found = faults(password, OWNER, common=common_passwords())

    if not found:
        assert 10 <= len(password) <= 128
        assert n_classes(password) >= 3
        assert password.lower() not in common_passwords()


@given(st.text(max_size=40), st.text(max_size=20))
def test_hanging_more_on_never_loses_a_kind(password, more):
    assert n_classes(password + more) >= n_classes(password)


def test_settings_ask_this_policy():
    assert [type(one).__name__ for one in get_default_password_validators()] == ["PolicyValidator"]
