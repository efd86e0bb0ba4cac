"""What the log calls each act in Chinese; each app names its own in ``AppConfig.ready``."""

import re
from collections.abc import Callable, Mapping

from django.apps import apps
from django.db.models import Model

from apps.audit.domain.chain import SUITES
from apps.audit.domain.requests import wanted

_labels: dict[str, str] = {}
_details: dict[str, str] = {}


def register(labels: Mapping[str, str]) -> None:
    """Name acts: ``{"duty_reports.submitted": "提交述职报告"}``."""
    _labels.update(labels)


def label_of(action: str) -> str:
    """Return the Chinese name of an act; one without a name is shown as it is stored.

    A refused request is called by its address (``accounts:user_disable``): app and verb are put into words.
    """
    if action.startswith("api-"):
        return f"接口：{wanted(action)}"
    if ":" in action and action not in _labels:
        return f"{app_label(action)}：{wanted(action)}"
    return _labels.get(action, action)


def app_of(action: str) -> str:
    """Return the app an act belongs to: what stands before the first dot or colon."""
    return re.split(r"[.:]", action, maxsplit=1)[0]


def app_label(action: str) -> str:
    """Return the Chinese name of that app."""
    name = app_of(action)
    return str(apps.get_app_config(name).verbose_name) if name in apps.app_configs else name


def actions_called(words: str) -> list[str]:
    """Return the acts whose Chinese name contains ``words``."""
    return [action for action, label in _labels.items() if words in label]


def all_labels() -> list[tuple[str, str]]:
    """Return all named acts, by name."""
    return sorted(_labels.items(), key=lambda pair: pair[0])


def all_apps() -> list[tuple[str, str]]:
    """Return the apps whose acts have names, by Chinese name."""
    return sorted({(app_of(action), app_label(action)) for action in _labels}, key=lambda pair: pair[1])


def object_kind(object_type: str) -> str:
    """Return the Chinese name of a kind of object (``accounts.user``); one that is no more is shown as stored."""
    model = _model(object_type)
    return str(model._meta.verbose_name) if model else object_type  # noqa: SLF001 -- Django's public name for it


def object_told(words: str) -> str:
    """Return one object (``accounts.user:5``) in words."""
    kind, _, number = words.partition(":")
    return f"{object_kind(kind)} {number}"


def field_namer(object_type: str) -> Callable[[str], str]:
    """Return what calls the fields of an object in Chinese: by the detail's name, or else by the model's own."""
    model = _model(object_type)
    own = {one.name: str(one.verbose_name) for one in model._meta.fields} if model else {}  # noqa: SLF001 -- as above

    def called(name: str) -> str:
        return _details.get(name) or own.get(name.removesuffix("_id")) or own.get(name) or name

    return called


def suite_label(suite: str) -> str:
    """Return the usual name of a hash function."""
    return SUITES.get(suite, suite)


def _model(object_type: str) -> type[Model] | None:
    try:
        return apps.get_model(object_type)
    except (LookupError, ValueError):
        return None


def register_details(names: Mapping[str, str]) -> None:
    """Name the details of entries: ``{"reason": "理由"}``."""
    _details.update(names)


def detail_label(name: str) -> str:
    """Return the Chinese name of a detail; one without a name is shown as it is stored."""
    return _details.get(name, name)
