"""What every write of the tree needs: its lock, places, names, and refusals all of them share."""

from collections.abc import Iterable
from datetime import date

from django.db.models import F, Max, Value
from django.db.models.functions import Concat, Length, Substr

from apps.common.domain.sort_keys import pinyin_initials, pinyin_key, stroke_key
from apps.common.kit.copying import new_ids
from apps.common.kit.locks import hold_lock
from apps.common.services import check_version, touch_version
from apps.organizations.domain.tree import PATH_LENGTH, depth_of, path_below
from apps.organizations.errors import CodeTaken, SecondRoot, SuperiorAbolished, TreeTooDeep, WrongDates
from apps.organizations.models import Organization

TREE_LOCK = 7_205_002
KEYS = ("pinyin_key", "initials_key", "stroke_key")


def lock_tree() -> None:
    """Let nobody else change the shape of the tree until this transaction ends."""
    hold_lock(TREE_LOCK)


def locked(organization_id: int, version: int | None) -> Organization:
    """Return the row, locked, if it is still the version the form was opened with."""
    organization = locked_all([organization_id])[0]
    check_version(organization, version)
    return organization


def locked_all(ids: Iterable[int]) -> list[Organization]:
    """Return rows, locked in the order of their ids."""
    rows = Organization.objects.select_for_update(of=("self",)).select_related("superior")
    found = list(rows.filter(pk__in=ids).order_by("pk"))
    if not found:
        raise Organization.DoesNotExist
    return found


def new_organization(
    superior: Organization | None, *, code: str, name: str, kind: str, field: str, founded_on: date | None, note: str = ""
) -> Organization:  # fmt: skip
    """Insert an organization at its place.

    :raises CodeTaken: the code is in use.
    """
    check_code_free(code)
    own_id = new_ids("organizations_organization", 1)[0]
    organization = Organization(
        id=own_id, code=code, name=name, kind=kind, field=field, superior=superior, founded_on=founded_on, note=note
    )  # fmt: skip
    place(organization, path_below(superior.path if superior else "", own_id))
    set_keys(organization)
    organization.save(force_insert=True)
    return organization


def place(organization: Organization, path: str) -> None:
    """Set path and depth.

    :raises TreeTooDeep: the path does not fit.
    """
    organization.path = checked_path(path, organization.name)
    organization.depth = depth_of(path)


def checked_path(path: str, name: str) -> str:
    """Return the path of the organization of this name.

    :raises TreeTooDeep: it does not fit.
    """
    if len(path) > PATH_LENGTH:
        raise TreeTooDeep(f"“{name}”的层级太深，无法保存。请核对上级编码。")
    return path


def put_below(organization: Organization, superior: Organization) -> None:
    """Move a row with its whole subtree below another superior; the caller has checked that it may go there.

    Where it stands is read anew: moving another one in the same act may have taken it along.
    """
    organization.refresh_from_db(fields=["path", "depth"])
    old, new = organization.path, path_below(superior.path, organization.pk)
    _rewrite_subtree(old, new)
    organization.refresh_from_db(fields=["path", "depth"])
    organization.superior = superior
    save(organization, "superior")


def _rewrite_subtree(old: str, new: str) -> None:
    longest = Organization.objects.filter(path__startswith=old).aggregate(n=Max(Length("path")))["n"]
    if longest - len(old) + len(new) > PATH_LENGTH:
        raise TreeTooDeep("层级太深，无法调整到那里。没有改动，请选择较高一级的上级。")
    Organization.objects.filter(path__startswith=old).update(
        path=Concat(Value(new), Substr("path", len(old) + 1)),
        depth=F("depth") + depth_of(new) - depth_of(old),
    )


def living_superior(superior_id: int | None, *, may_be_root: bool = False) -> Organization | None:
    """Return the superior, ``None`` for the place of the root.

    :raises SecondRoot: the tree has a root.
    :raises SuperiorAbolished: it no longer exists.
    """
    if superior_id is None:
        if not may_be_root and Organization.objects.filter(superior__isnull=True).exists():
            raise SecondRoot("花名册里已经有根组织，一棵树只有一个根。请为新组织选择上级党组织。")
        return None
    superior = Organization.objects.get(pk=superior_id)
    if superior.abolished_on is not None:
        raise SuperiorAbolished(
            f"“{superior}”已于 {superior.abolished_on} 撤销，不能作上级。请另选上级党组织。"
        )
    return superior


def check_code_free(code: str) -> None:
    """Refuse a code that is in use."""
    taken = Organization.objects.filter(code=code).first()
    if taken is not None:
        raise CodeTaken(f"编码“{code}”已被“{taken}”使用。请换一个编码，其他内容都还在。")


def check_dates(organization: Organization) -> None:
    """Refuse an abolition before the founding."""
    founded, abolished = organization.founded_on, organization.abolished_on
    if founded and abolished and abolished < founded:
        raise WrongDates(f"撤销日期 {abolished} 早于成立日期 {founded}。请核对后再保存。")


def set_keys(organization: Organization) -> None:
    """Compute the keys by which it is sorted and found."""
    organization.pinyin_key, organization.initials_key, organization.stroke_key = keys_of(organization.name)


def keys_of(name: str) -> tuple[str, str, str]:
    """Return the keys of a name in the order of ``KEYS``."""
    return pinyin_key(name), pinyin_initials(name), stroke_key(name)


def save(organization: Organization, *fields: str) -> None:
    """Save some fields and the raised version."""
    touch_version(organization)
    organization.save(update_fields=[*fields, "version"])
