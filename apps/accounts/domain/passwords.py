"""One-time passwords: long enough to be safe, plain enough to be typed from paper."""

from collections.abc import Callable, Sequence

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without l, i, o, 0, 1
GROUPS, GROUP_LENGTH = 3, 4


def one_time_password(choice: Callable[[Sequence[str]], str]) -> str:
    """Return a password such as ``h7rk-92mx-vq4d`` (59 bits). ``choice`` must be a CSPRNG's (``secrets.choice``)."""
    return "-".join("".join(choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
