"""Who may read files of a kind. The app that owns the kind registers its rule in ``AppConfig.ready``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from apps.accounts.models import User


class ReadableFile(Protocol):
    """What a rule sees of a ``documents.StoredFile``."""

    @property
    def kind(self) -> str: ...

    @property
    def subject_id(self) -> int | None: ...

    @property
    def created_by_id(self) -> int | None: ...


MayRead = Callable[["User", ReadableFile], bool]
_rules: dict[str, MayRead] = {}


def register(kind: str, may_read: MayRead) -> None:
    """Say who may read files of this kind."""
    _rules[kind] = may_read


def may_read(user: "User", file: ReadableFile) -> bool:
    """Tell whether the account may read the file. A kind nobody answers for is read by nobody."""
    rule = _rules.get(file.kind)
    return rule is not None and rule(user, file)
