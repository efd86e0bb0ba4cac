"""What a batch is to make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.common.domain.labels import LabelledEnum
from apps.official_documents.domain.scopes import Format, Subject
from apps.official_documents.domain.states import Delivery


class Which(LabelledEnum):
    """Which of the chosen documents are made."""

    MISSING = "missing", "只出具还没有的，以及内容有变、待重新出具的"
    AGAIN = "again", "全部重新出具（原来的标为“已被替换”）"
    STANDING = "standing", "不出具新的，只把已有的有效文书打包或合订"


@dataclass(frozen=True, slots=True)
class Item:
    """One issue of one document of a batch."""

    kind: str
    subject: Subject
    issue_no: int


@dataclass(frozen=True, slots=True)
class Order:
    """A batch. ``reviewee_ids`` ``None``: everybody; else documents about others are left out (fields and the whole stay)."""

    cycle_id: int
    kinds: Sequence[str]
    formats: Sequence[Format] = (Format.PDF,)
    delivery: Delivery = Delivery.ZIP
    which: Which = Which.MISSING
    reviewee_ids: Sequence[int] | None = None
    fields: Sequence[str] | None = None
    verify_url: str = ""


def describe_item(item: Item) -> list[Any]:
    """Return the item as it stands in the arguments of a job."""
    return [item.kind, item.subject.reviewee_id, item.subject.field, item.issue_no]


def item_from(description: Sequence[Any], cycle_id: int) -> Item:
    """Return the item of a description."""
    kind, reviewee_id, field, issue_no = description
    return Item(str(kind), Subject(cycle_id, reviewee_id, str(field)), int(issue_no))


def issue_of(which: Which, standing: int | None, last: int | None, *, is_outdated: bool) -> int | None:
    """Return which issue is made of one document; ``None``: none. ``standing`` is the issue in force, ``last`` the last ever."""
    after = (last or 0) + 1
    if which is Which.STANDING:
        return standing
    if which is Which.AGAIN or standing is None or is_outdated:
        return after
    return None


def is_about(subject: Subject, order: Order, fields_of: Mapping[int, str]) -> bool:
    """Tell whether the order asks for documents about this subject. ``fields_of``: reviewee -> field."""
    if subject.reviewee_id is not None:
        if order.reviewee_ids is not None and subject.reviewee_id not in order.reviewee_ids:
            return False
        return order.fields is None or fields_of.get(subject.reviewee_id) in order.fields
    return not subject.field or order.fields is None or subject.field in order.fields
