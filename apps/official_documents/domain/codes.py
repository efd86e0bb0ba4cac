"""Verification codes: 55 random bits and a check character, 12 characters in fours."""

from apps.evaluations.domain.crockford import ALPHABET, in_fours, is_checked, tidy, with_check

N_CHARACTERS = 12
N_BYTES = 7  # of randomness; 55 of the 56 bits are used


def code_from(random_bytes: bytes) -> str:
    """Return a code made of (at least) seven random bytes."""
    number = int.from_bytes(random_bytes[:N_BYTES], "big")
    body = "".join(ALPHABET[number >> (5 * place) & 31] for place in range(N_CHARACTERS - 1))
    return with_check(body)


def read_code(typed: str) -> str:
    """Return what a person typed or scanned as a code, or ``""`` if it is none. What stands before ``#`` is ignored."""
    code = tidy(typed.rpartition("#")[2])
    return code if len(code) == N_CHARACTERS and is_checked(code) else ""


def shown_code(code: str) -> str:
    """Return ``7K3M-9XQ2-ABCD``."""
    return in_fours(code)
