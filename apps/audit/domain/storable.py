"""Details as the database can keep them."""

from collections.abc import Mapping
from typing import Any

NUL_SHOWN = "␀"


def storable(value: Any) -> Any:
    """Return plain JSON without what PostgreSQL refuses to store: NUL is shown as ``␀``, half a surrogate pair as ``?``.

    Addresses hold what anybody types. An entry must not fail for it: that would be told as a log that takes no entries.
    """
    if isinstance(value, str):
        return value.replace("\0", NUL_SHOWN).encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {storable(key): storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [storable(one) for one in value]
    return value
