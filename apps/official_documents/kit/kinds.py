"""Kinds of official documents: what each says, and for whom. A kind is registered in ``AppConfig.ready``.

The machinery (numbers, templates, batches, files, verification) asks a kind for three things: about what it can be made
(``subjects``), the data of one document (``contents``, plain and without a query afterwards), and the words on the page
(``compose``, ``tables``). ``docs/official-documents.md`` shows how to write one.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Generic, TypeVar

from apps.common.domain.chinese_dates import chinese_date
from apps.common.kit.sheets import Table
from apps.cycles.models import ReviewCycle
from apps.documents.kit.paper import Paper
from apps.official_documents.domain.scopes import Format, Scope, Subject
from apps.official_documents.domain.templates import Dress, Passage, Switch, Template
from apps.official_documents.domain.wording import NamedField

Content = TypeVar("Content")
COMMON_FIELDS = (
    NamedField("年", "周期的年度", "2026"),
    NamedField("周期名称", "周期的名称", "2026年度党组织书记抓基层党建工作述职评议考核"),
    NamedField("组织单位", "组织述职评议的党组织", "中共清河区委组织部"),
    NamedField("出具日期", "本件的出具日期", "2026年12月28日"),
)


class DocumentKind(ABC, Generic[Content]):
    """One kind of document. A subclass holds no state; the same contents and dress give the same bytes."""

    key: ClassVar[str]  # stored with every document: never change it
    label: ClassVar[str]  # 反馈意见书
    scope: ClassVar[Scope]
    formats: ClassVar[tuple[Format, ...]] = (Format.PDF,)
    template: ClassVar[Template]  # what holds until somebody edits it
    passages: ClassVar[tuple[Passage, ...]] = ()
    switches: ClassVar[tuple[Switch, ...]] = ()
    fields: ClassVar[tuple[NamedField, ...]] = ()  # beside COMMON_FIELDS
    is_for_person: ClassVar[bool] = False  # the reviewee may read it, and acknowledges receipt
    tells_grades: ClassVar[bool] = True  # it is outdated when a grade is reconsidered
    is_landscape: ClassVar[bool] = False
    has_working_copy: ClassVar[bool] = False  # staff may take it without issuing it; scope cycle only
    order: ClassVar[int] = 50  # place in lists of kinds

    # -- about whom or what

    def why_not(self, cycle: ReviewCycle) -> str:  # noqa: ARG002 -- for those that wait for something
        """Return why no such document can be made of this cycle now, in words for people; ``""`` if it can."""
        return ""

    def subjects(self, cycle: ReviewCycle) -> list[Subject]:
        """Return all there can be a document about, in the order of a batch."""
        if self.scope is Scope.REVIEWEE:
            return [Subject(cycle.pk, pk) for pk in cycle.reviewees.values_list("pk", flat=True)]
        if self.scope is Scope.FIELD:
            fields = cycle.reviewees.order_by("field").values_list("field", flat=True).distinct()
            return [Subject(cycle.pk, field=field) for field in fields]
        return [Subject(cycle.pk)]

    # -- the data

    @abstractmethod
    def contents(self, subject: Subject) -> Content:
        """Read what stands in one document. Figures that may not be shown are ``None``: ask the ``shown_...`` doors."""

    @abstractmethod
    def demonstration(self) -> Content:
        """Return invented contents for a preview before there are real ones."""

    def values(self, content: Content) -> Mapping[str, str]:  # noqa: ARG002 -- for those with fields of their own
        """Return the values of ``fields`` for one document."""
        return {}

    # -- the words

    def recipient(self, content: Content) -> str:  # noqa: ARG002 -- for letters
        """Return whom it is addressed to (主送), without the colon; ``""``: nobody."""
        return ""

    @abstractmethod
    def compose(self, paper: Paper, content: Content, dress: Dress) -> None:
        """Write the text between title and signature. The same words go into PDF and .docx."""

    def tables(self, content: Content, dress: Dress) -> Sequence[Table]:
        """Return the worksheets of the xlsx."""
        raise NotImplementedError(self.key)


Kind = DocumentKind[Any]
_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known under its key."""
    _kinds[kind.key] = kind


def kind_for(key: str) -> Kind | None:
    """Return the kind, or ``None`` if this installation does not know it (any more)."""
    return _kinds.get(key)


def all_kinds() -> list[Kind]:
    """Return the kinds in the order of lists."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.key))


def common_values(cycle: ReviewCycle, issued_on: date) -> dict[str, str]:
    """Return the values of ``COMMON_FIELDS``."""
    return {
        "年": str(cycle.year),
        "周期名称": cycle.title,
        "组织单位": cycle.host.name,
        "出具日期": chinese_date(issued_on),
    }
