"""Refusals around the tree of organizations."""

from apps.common.errors import DomainError


class CodeTaken(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """Another organization has this code."""

    code = "code_taken"


class SecondRoot(DomainError):  # noqa: N818 -- as above
    """The tree has a root already."""

    code = "second_root"


class CycleInTree(DomainError):  # noqa: N818 -- as above
    """An organization would become its own superior."""

    code = "cycle_in_tree"


class TreeTooDeep(DomainError):  # noqa: N818 -- as above
    """The way from the root no longer fits."""

    code = "tree_too_deep"


class SuperiorAbolished(DomainError):  # noqa: N818 -- as above
    """An abolished organization cannot have new subordinates."""

    code = "superior_abolished"


class HasSubordinates(DomainError):  # noqa: N818 -- as above
    """Subordinates must be moved or abolished first."""

    code = "has_subordinates"


class WrongDates(DomainError):  # noqa: N818 -- as above
    """Abolished before founded."""

    code = "wrong_dates"


class OrganizationGone(DomainError):  # noqa: N818 -- as above
    """It is abolished already and takes part in nothing any more."""

    code = "organization_gone"


class WrongMerger(DomainError):  # noqa: N818 -- as above
    """The organizations named cannot be merged or split this way."""

    code = "wrong_merger"


class UnknownField(DomainError):  # noqa: N818 -- as above
    """There is no such field (领域)."""

    code = "unknown_field"


class FieldNameTaken(DomainError):  # noqa: N818 -- as above
    """Another field has this name."""

    code = "field_name_taken"


class FieldInUse(DomainError):  # noqa: N818 -- as above
    """The field's name stands in papers of an opened cycle."""

    code = "field_in_use"


class LastField(DomainError):  # noqa: N818 -- as above
    """Organizations must have a field to choose."""

    code = "last_field"


class CannotTakeBack(DomainError):  # noqa: N818 -- as above
    """There is nothing to take back, or something rests on it already."""

    code = "cannot_take_back"
