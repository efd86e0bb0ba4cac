"""The password policy as Django asks for it; the rules themselves are in ``domain.passwords``."""

import gzip
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from apps.accounts.domain.passwords import DEFAULT_LENGTH, Owner, faults, policy_in_words
from apps.common.domain.sort_keys import pinyin_syllables


class PolicyValidator:
    """Length, kinds of characters, nothing of the owner, nothing common. All faults are told at once."""

    def __init__(self, min_length: int = DEFAULT_LENGTH) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: Any = None) -> None:
        """:raises ValidationError: the password does not keep the policy."""
        found = faults(password, owner_of(user), min_length=self.min_length, common=common_passwords())
        if found:
            raise ValidationError(found)

    def get_help_text(self) -> str:
        return "；".join(policy_in_words(self.min_length)) + "。"


def owner_of(user: Any) -> Owner:
    """Return what a password must not be made of."""
    if user is None:
        return Owner()
    person = getattr(user, "secretary", None)
    names = {user.display_name, person.name if person else ""} - {""}
    return Owner(
        username=user.username,
        names=tuple(sorted(names)),
        pinyin=tuple("".join(pinyin_syllables(name, is_person=True)) for name in sorted(names)),
        phone=person.phone if person else "",
    )


@cache
def common_passwords() -> frozenset[str]:
    """Return the 20,000 most common passwords (Django ships them), in small letters."""
    path = Path(password_validation.__file__).with_name("common-passwords.txt.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return frozenset(line.strip() for line in lines)
