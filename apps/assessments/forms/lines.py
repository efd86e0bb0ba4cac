"""What the lines of a grid share: knowing which were touched, and meeting what others saved meanwhile."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict

SEPARATOR = "\x1f"


class GridLine(forms.Form):
    """One line of a grid that several people may have open at once.

    ``opened`` carries what the boxes held when the page was opened, so a line nobody touched never overwrites what a colleague
    saved since. ``box_names`` are the boxes; ``stored_boxes`` returns what they would show now.
    """

    box_names: tuple[str, ...] = ()
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    opened = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def __init__(
        self, data: QueryDict | None, *, prefix: str, boxes: Mapping[str, str], version: int
    ) -> None:
        initial: dict[str, Any] = dict(boxes) | {"opened": _joined(boxes, self.box_names), "version": version}
        super().__init__(data, prefix=prefix, initial=initial)
        self.stored_boxes, self.stored_version = boxes, version
        self.conflict = ""

    @property
    def is_untouched(self) -> bool:
        """Tell whether the boxes still hold what they held when the page was opened."""
        opened = self.data.get(self.add_prefix("opened"))
        typed = {name: self.data.get(self.add_prefix(name), "") for name in self.box_names}
        return opened is not None and opened == _joined(typed, self.box_names)

    @property
    def opened_version(self) -> int:
        """The version the page was opened with; 0: nothing was stored then."""
        return int(self.cleaned_data.get("version") or 0)

    def meet_stored(self, told: str) -> None:
        """Take over the present version. A touched line keeps what was typed and is told what is ``told`` to be stored."""
        if self.opened_version == self.stored_version:
            return
        data = cast("QueryDict", self.data).copy()
        data[self.add_prefix("version")] = str(self.stored_version)
        data[self.add_prefix("opened")] = _joined(self.stored_boxes, self.box_names)
        if self.is_untouched:
            for name in self.box_names:
                data[self.add_prefix(name)] = self.stored_boxes.get(name, "")
        else:
            self.conflict = told
        self.data = data


def _joined(boxes: Mapping[str, str], names: tuple[str, ...]) -> str:
    return SEPARATOR.join(boxes.get(name, "") for name in names)
