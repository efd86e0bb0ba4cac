"""What a check of the log finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChainReport:
    """``n_checked`` entries hold; ``broken_seq`` is the first that does not (``None``: all hold), ``reason`` says why.

    ``head`` is the hash of the last entry that holds, ``last_seq`` its number: written down outside the database, they also
    prove later that nothing was cut off at the end.
    """

    n_checked: int
    head: str
    broken_seq: int | None = None
    reason: str = ""
    last_seq: int = 0

    @property
    def holds(self) -> bool:
        """Tell whether the whole chain holds."""
        return self.broken_seq is None
