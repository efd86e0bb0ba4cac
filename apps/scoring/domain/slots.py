"""Into which counters the answers to an item fall: options, printed bands of numbers, ranks."""

from decimal import Decimal

from apps.cycles.domain.papers.templates import Item, ItemKind, Option, PaperTemplate


def bands_of(template: PaperTemplate, item: Item) -> tuple[Option, ...]:
    """Return the printed bands of a number item; empty if its form prints none."""
    scale = template.scale_of(item) if item.kind is ItemKind.NUMBER else None
    if scale is None:
        return ()
    return tuple(option for option in scale.options if option.low is not None or option.high is not None)


def slots_of(template: PaperTemplate, item: Item, *, n_subjects: int) -> tuple[str, ...]:
    """Return the names of an item's counters. Numbers without printed bands have none: they are shown by their mean."""
    if item.kind is ItemKind.NUMBER:
        return tuple(option.key for option in bands_of(template, item))
    if item.kind is ItemKind.RANK:
        return tuple(str(rank) for rank in range(1, n_subjects + 1))
    return tuple(option.key for option in template.options_of(item))


def slot_of(template: PaperTemplate, item: Item, answer: str) -> str | None:
    """Return the counter an answer falls into; ``None`` for a number outside every printed band."""
    if item.kind is not ItemKind.NUMBER:
        return answer
    number = Decimal(answer)
    return next((band.key for band in bands_of(template, item) if _is_in(number, band)), None)


def _is_in(number: Decimal, band: Option) -> bool:
    return (band.low is None or band.low <= number) and (band.high is None or number <= band.high)
