"""Exports too long for one request: the list says so and offers to have a worker write the file.

The worker asks the list the very same question once more (address, query and account), so it can never show more or
other rows than the page. The app of long work registers the door through which such an export is ordered.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import IO, Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, QueryDict

from apps.common.kit.sheets import Table, save_workbook

Progress = Callable[[int, int], None]
TOLD_EVERY = 500  # rows
_door: list[str] = []


def set_door(url_name: str) -> None:
    """Name the address (POST: ``path``, ``query``) where a long export is ordered."""
    _door[:] = [url_name]


def door() -> str:
    """Return the address's name, empty if no app of this installation does long work."""
    return _door[0] if _door else ""


class ExportRequest(HttpRequest):
    """The request of a list page, asked again by a worker. Without ``out`` it only asks whether the account may."""

    def __init__(
        self,
        *,
        path: str,
        query: str,
        user: AbstractBaseUser,
        out: IO[bytes] | None,
        progress: Progress | None,
    ) -> None:
        super().__init__()
        self.method = "GET"
        self.path = self.path_info = path
        self.GET = QueryDict(query)
        self.user = user  # type: ignore[assignment]  # whatever the account model is
        self.title = ""
        self._out, self._progress = out, progress

    def take(self, title: str, n_rows: Callable[[], int], table: Callable[[int], Table]) -> None:
        """Write what the list hands over; ``n_rows`` counts the rows, ``table`` takes their number."""
        self.title = title
        if self._out is not None:
            total = n_rows()
            found = table(total)
            save_workbook(self._out, replace(found, rows=self._counted(found.rows, total)))

    def _counted(self, rows: Iterable[Sequence[Any]], total: int) -> Iterator[Sequence[Any]]:
        for n_done, row in enumerate(rows):
            if self._progress is not None and n_done % TOLD_EVERY == 0:
                self._progress(n_done, total)
            yield row
