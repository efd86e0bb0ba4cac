"""What the log calls each act in Chinese; each app names its own in ``AppConfig.ready``."""

from collections.abc import Mapping

_labels: dict[str, str] = {}
_details: dict[str, str] = {}


def register(labels: Mapping[str, str]) -> None:
    """Name acts: ``{"duty_reports.submitted": "提交述职报告"}``."""
    _labels.update(labels)


def label_of(action: str) -> str:
    """Return the Chinese name of an act; one without a name is shown as it is stored."""
    return _labels.get(action, action)


def actions_called(words: str) -> list[str]:
    """Return the acts whose Chinese name contains ``words``."""
    return [action for action, label in _labels.items() if words in label]


def all_labels() -> list[tuple[str, str]]:
    """Return all named acts, by name."""
    return sorted(_labels.items(), key=lambda pair: pair[0])


def register_details(names: Mapping[str, str]) -> None:
    """Name the details of entries: ``{"reason": "理由"}``."""
    _details.update(names)


def detail_label(name: str) -> str:
    """Return the Chinese name of a detail; one without a name is shown as it is stored."""
    return _details.get(name, name)
