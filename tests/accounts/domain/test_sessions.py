import pytest

from apps.accounts.domain.sessions import place_words


@pytest.mark.parametrize(
    ("device", "address", "words"),
    [
        ("Chrome · Windows", "10.0.0.1", "（Chrome · Windows，10.0.0.1）"),
        ("未知设备", "10.0.0.1", "（未知设备，10.0.0.1）"),
        ("", "10.0.0.1", "（未知设备，10.0.0.1）"),
        ("Chrome · Windows", "", "（Chrome · Windows）"),
        ("未知设备", "", ""),
        ("", "", ""),
    ],
)
def test_the_place_of_a_sign_in_has_no_empty_parts(device, address, words):
    assert place_words(device, address) == words
