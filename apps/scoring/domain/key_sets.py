"""Sets of keys as bits of one whole number: of thousands of people each can be near thousands, and lists of them would fill the memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeySet:
    """Bit n of ``bits`` stands for the key ``first`` + n. As long as the distance from its first key to its last."""

    first: int = 0
    bits: int = 0

    @classmethod
    def of(cls, keys: Iterable[int]) -> "KeySet":
        """Return the set of these keys."""
        known = set(keys)
        first = min(known, default=0)
        return cls(first, sum(1 << key - first for key in known))

    @classmethod
    def from_text(cls, text: str) -> "KeySet":
        """Return the set of a stored form; nobody for an empty one."""
        first, _, bits = text.partition(":")
        return cls(int(first), int(bits, 16)) if bits else cls()

    def as_text(self) -> str:
        """Return the stored form: first key in decimal, bits in hexadecimal digits."""
        return f"{self.first}:{self.bits:x}"

    def __len__(self) -> int:
        return self.bits.bit_count()

    def __contains__(self, key: object) -> bool:
        return isinstance(key, int) and key >= self.first and bool(self.bits >> key - self.first & 1)

    def __iter__(self) -> Iterator[int]:
        """Yield the keys, the lowest first."""
        text = f"{self.bits:b}"[::-1]
        at = text.find("1")
        while at >= 0:
            yield self.first + at
            at = text.find("1", at + 1)
