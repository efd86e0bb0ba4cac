"""What lies outside the database: the house's half of a key, and the vouchers of the casting service."""

import stat

from apps.evaluations.kit import holds
from apps.evaluations.kit.vouchers import is_vouched, voucher_for

PUBLIC = bytes(range(32))


def test_hold_is_kept_for_its_owner_only_and_shredded_for_good(settings, tmp_path):
    settings.HOLDS_DIR = tmp_path / "holds"

    holds.keep_hold(4, PUBLIC, b"h" * 32)

    (file,) = settings.HOLDS_DIR.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.HOLDS_DIR.stat().st_mode) == 0o700
    assert holds.find_hold(4, PUBLIC) == b"h" * 32
    assert holds.find_hold(5, PUBLIC) is None
    assert holds.shred_hold(4, PUBLIC)
    assert not holds.shred_hold(4, PUBLIC)
    assert holds.find_hold(4, PUBLIC) is None
    assert list(settings.HOLDS_DIR.iterdir()) == []


def test_a_cut_hold_is_no_hold(settings, tmp_path):
    settings.HOLDS_DIR = tmp_path
    holds.keep_hold(4, PUBLIC, b"h" * 31)

    assert holds.find_hold(4, PUBLIC) is None


def test_voucher_fits_one_slip_and_one_envelope_only():
    voucher = voucher_for(4, "ABCD", "T" * 16)

    assert is_vouched(voucher, 4, "ABCD", "T" * 16)
    assert not is_vouched(voucher, 5, "ABCD", "T" * 16)
    assert not is_vouched(voucher, 4, "ABCE", "T" * 16)
    assert not is_vouched(voucher, 4, "ABCD", "U" * 16)
    assert not is_vouched(b"", 4, "ABCD", "T" * 16)


def test_voucher_of_a_former_key_of_the_house_still_counts(settings):
    voucher = voucher_for(4, "ABCD", "T" * 16)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the house " * 3

    assert is_vouched(voucher, 4, "ABCD", "T" * 16)
    settings.SECRET_KEY_FALLBACKS = []
    assert not is_vouched(voucher, 4, "ABCD", "T" * 16)
