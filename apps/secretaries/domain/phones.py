"""Mobile numbers of the mainland: eleven digits."""

import re

MOBILE = re.compile(r"1[3-9]\d{9}")
SHOWN_HEAD, SHOWN_TAIL = 3, 4


def is_mobile(number: str) -> bool:
    """Tell whether this is a mobile number, digits only."""
    return MOBILE.fullmatch(number) is not None


def mask_phone(number: str) -> str:
    """Return ``138****1234``; a number too short for that is hidden as a whole."""
    if len(number) <= SHOWN_HEAD + SHOWN_TAIL:
        return "*" * len(number)
    hidden = "*" * (len(number) - SHOWN_HEAD - SHOWN_TAIL)
    return f"{number[:SHOWN_HEAD]}{hidden}{number[-SHOWN_TAIL:]}"
