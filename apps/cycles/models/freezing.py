"""What keeps the parts of a frozen scheme as they are, whoever writes."""

import pgtrigger

FROZEN = (
    "IF EXISTS (SELECT 1 FROM cycles_reviewscheme s WHERE s.id IN ({schemes}) AND s.frozen_at IS NOT NULL) THEN "
    "RAISE EXCEPTION 'the scheme is frozen' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row};"
)


def freeze_triggers() -> list[pgtrigger.Trigger]:
    """Return triggers that keep the parts of a frozen scheme as they are, whoever writes.

    An update asks both ends: no row comes into a frozen scheme and none is moved out of it.
    """
    return [
        _freeze("insert", pgtrigger.Insert, ("NEW",)),
        _freeze("update", pgtrigger.Update, ("OLD", "NEW")),
        _freeze("delete", pgtrigger.Delete, ("OLD",)),
    ]


def _freeze(name: str, operation: pgtrigger.Operation, rows: tuple[str, ...]) -> pgtrigger.Trigger:
    schemes = ", ".join(f"{row}.scheme_id" for row in rows)
    return pgtrigger.Trigger(
        name=f"frozen_{name}",
        operation=operation,
        when=pgtrigger.Before,
        func=FROZEN.format(schemes=schemes, row=rows[-1]),
    )
