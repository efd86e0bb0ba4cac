"""What a preview shows: the form with three made-up reviewees, its rules in words and what is still missing."""

from dataclasses import dataclass

from apps.cycles.domain.papers.checks import template_gaps
from apps.cycles.domain.papers.layouts import Section, has_sections, is_wide, sections_of
from apps.cycles.domain.papers.sentences import rule_sentence
from apps.cycles.domain.papers.templates import Option, PaperTemplate

EXAMPLES = (("张某某", "青山镇党委书记"), ("李某某", "城南街道党工委书记"), ("王某某", "区第一中学党委书记"))


@dataclass(frozen=True, slots=True)
class Preview:
    """A form ready to be shown. ``gaps`` say what it still lacks."""

    template: PaperTemplate
    sections: tuple[Section, ...]
    is_grouped: bool
    is_wide: bool
    rules: tuple[str, ...]
    gaps: tuple[str, ...]
    subjects: tuple[tuple[str, str], ...]

    @property
    def ranks(self) -> range:
        """The ranks that can be given."""
        return range(1, len(self.subjects) + 1)

    @property
    def example(self) -> tuple[Option, ...]:
        """The options of the first item that is ticked, for the example; empty if nothing is."""
        if not self.template.shows_example:
            return ()
        return next(filter(None, map(self.template.options_of, self.template.items)), ())

    @property
    def n_items(self) -> int:
        """How many items the form has."""
        return len(self.template.items)


def preview_of(template: PaperTemplate, *, n_subjects: int = len(EXAMPLES)) -> Preview:
    """Return what there is to show of a form."""
    sections = sections_of(template)
    return Preview(
        template=template,
        sections=sections,
        is_grouped=has_sections(sections),
        is_wide=is_wide(sections),
        rules=tuple(rule_sentence(template, rule) for rule in template.rules),
        gaps=tuple(template_gaps(template)),
        subjects=EXAMPLES[:n_subjects],
    )
