"""Every write to cycles, their schemes and their reviewees."""

from apps.cycles.services.cycles import apply_preset, copy_cycle, create_cycle, delete_draft, update_cycle
from apps.cycles.services.papers import (
    add_paper,
    order_papers,
    remove_paper,
    restore_revision,
    set_paper,
)
from apps.cycles.services.parts import (
    set_adjustments,
    set_components,
    set_conditions,
    set_grade_rules,
    set_links,
    set_report_sections,
    set_rules,
    set_voter_groups,
)
from apps.cycles.services.reviewees import (
    choose_reviewees,
    order_reviewees,
    remove_reviewee,
    remove_reviewees,
    set_report_mode,
)
from apps.cycles.services.stages import advance_by_hand, advance_stage, open_cycle

__all__ = [
    "add_paper",
    "advance_by_hand",
    "advance_stage",
    "apply_preset",
    "choose_reviewees",
    "copy_cycle",
    "create_cycle",
    "delete_draft",
    "open_cycle",
    "order_papers",
    "order_reviewees",
    "remove_paper",
    "remove_reviewee",
    "remove_reviewees",
    "restore_revision",
    "set_adjustments",
    "set_components",
    "set_conditions",
    "set_grade_rules",
    "set_links",
    "set_paper",
    "set_report_mode",
    "set_report_sections",
    "set_rules",
    "set_voter_groups",
    "update_cycle",
]
