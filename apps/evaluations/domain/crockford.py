"""Crockford base32 as people read and type it, and one check character over GF(32).

Source: https://www.crockford.com/base32.html (no I, L, O, U; reading takes lower case, O for 0, I and L for 1).
The check catches every single wrong character and every swap of neighbours. ``static/evaluations/cast.js`` has the same rules.
"""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VALUES = {character: value for value, character in enumerate(ALPHABET)}
LOOK_ALIKES = str.maketrans("OIL", "011")
FIELD = 0b100101  # x^5 + x^2 + 1, whose root has order 31
MAX_WEIGHTED = 31


def encode(data: bytes) -> str:
    """Return ``data`` in base32, most significant bits first; the last character is filled with zero bits."""
    n_bits = len(data) * 8
    n_characters = -(-n_bits // 5)
    number = int.from_bytes(data, "big") << (n_characters * 5 - n_bits)
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in reversed(range(n_characters)))


def decode(text: str, n_bytes: int) -> bytes:
    """Return the ``n_bytes`` that ``encode`` was given.

    :raises ValueError: a foreign character, another length, or filling bits that are not zero.
    """
    n_characters = -(-n_bytes * 8 // 5)
    if len(text) != n_characters or any(character not in VALUES for character in text):
        raise ValueError("not base32 of this length")
    number = 0
    for character in text:
        number = number << 5 | VALUES[character]
    spare = n_characters * 5 - n_bytes * 8
    if number & ((1 << spare) - 1):
        raise ValueError("filling bits are not zero")
    return (number >> spare).to_bytes(n_bytes, "big")


def tidy(text: str) -> str:
    """Return what a person typed in the characters of the alphabet; spaces and dashes vanish, strange ones stay."""
    kept = "".join(c for c in text.upper() if not c.isspace() and c not in "-‐–—_－")
    return kept.translate(LOOK_ALIKES)


def in_fours(text: str) -> str:
    """Return ``ABCD-EFGH-…``, the way codes are printed."""
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))


def _times_root(value: int) -> int:
    value <<= 1
    return value ^ FIELD if value & 32 else value


def _remainder(values: list[int]) -> int:
    """Return Σ valueᵢ·αⁿ⁻ⁱ by Horner's rule; the check character makes it nought."""
    total = 0
    for value in values:
        total = _times_root(total) ^ value
    return total


def with_check(body: str) -> str:
    """Return ``body`` (at most 30 characters of the alphabet) with its check character."""
    if len(body) >= MAX_WEIGHTED:
        raise ValueError("too long for one check character")
    return body + ALPHABET[_remainder([*(VALUES[c] for c in body), 0])]


def is_checked(code: str) -> bool:
    """Tell whether ``code`` ends in its right check character."""
    return all(c in VALUES for c in code) and _remainder([VALUES[c] for c in code]) == 0
