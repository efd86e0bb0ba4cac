import pytest

from apps.common.errors import StaleVersion
from apps.common.services import check_version, touch_version
from apps.secretaries.models import Secretary


def test_same_version_passes_and_none_skips_the_check():
    person = Secretary(version=3)

    check_version(person, 3)
    check_version(person, None)


def test_other_version_is_refused():
    with pytest.raises(StaleVersion) as refusal:
        check_version(Secretary(version=3), 2)

    assert refusal.value.code == "stale_version"


def test_touching_raises_the_version():
    person = Secretary(version=3)

    touch_version(person)

    assert person.version == 4
