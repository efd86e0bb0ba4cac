"""Until the presets and gaps of forms have landed."""

from dataclasses import dataclass

from apps.cycles.domain.papers.presets import STANDARD
from apps.cycles.domain.papers.templates import PaperTemplate


@dataclass(frozen=True, slots=True)
class PaperPreset:
    """A layout to start from."""

    key: str
    label: str
    summary: str
    template: PaperTemplate


PRESETS = {"standard": PaperPreset("standard", "四个等次", "四项，每项选好、较好、一般、差。", STANDARD)}


def template_gaps(template: PaperTemplate) -> list[str]:
    """Return what a form still lacks."""
    return [] if template.items else ["还没有测评项目。"]
