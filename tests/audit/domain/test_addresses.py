import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.domain.addresses import client_address, networks

PROXIES = networks(["10.0.0.1", "192.168.5.0/24", "fd00::/8"])


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("172.16.3.9", "", "172.16.3.9"),
        ("172.16.3.9", "1.2.3.4", "172.16.3.9"),  # written by the asker itself
        ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),  # the left one was written by the asker
        ("10.0.0.1", "1.2.3.4, 192.168.5.7", "1.2.3.4"),  # two proxies in a row
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "' OR 1=1", "10.0.0.1"),
        ("10.0.0.1", "nonsense, 1.2.3.4", "1.2.3.4"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("", "1.2.3.4", ""),
        ("unix:", "1.2.3.4", ""),
    ],
)
def test_only_our_own_proxies_are_believed(remote, forwarded, expected):
    assert client_address(remote, forwarded, PROXIES) == expected


@given(st.ip_addresses(), st.text(max_size=80))
def test_without_a_proxy_the_header_changes_nothing(remote, forwarded):
    assert client_address(str(remote), forwarded, ()) == client_address(str(remote), "", ())


def test_a_wrong_setting_is_told_at_the_start():
    with pytest.raises(ValueError):
        networks(["10.0.0.300"])
