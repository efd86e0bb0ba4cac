"""Who gets what on the pages of cycles."""

from tests.access import Access

CYCLE = {"kwargs": lambda world: {"cycle_id": world.cycle.pk}}
DRAFT = {"kwargs": lambda world: {"cycle_id": world.draft_cycle.pk}}
READ = {"clerk": 200, "head": 200, "outsider_clerk": 404, "leader": 200, "discipline": 200}
RUN = {"clerk": 200, "head": 200, "outsider_clerk": 404}
POSTED = {"clerk": 302, "head": 302, "outsider_clerk": 404}

PAPER = {
    "kwargs": lambda world: {"cycle_id": world.draft_cycle.pk, "paper_id": world.draft_paper.pk},
}
REVISION = {"kwargs": lambda world: PAPER["kwargs"](world) | {"version": 1}}

ROWS = {
    "cycles:cycle_list": Access(READ | {"outsider_clerk": 200}),
    "cycles:cycle_create": Access({"clerk": 200, "head": 200, "outsider_clerk": 200}),
    "cycles:host_options": Access({"clerk": 200, "head": 200, "outsider_clerk": 200}),
    "cycles:cycle_detail": Access(READ, **CYCLE),
    "cycles:cycle_edit": Access(RUN, **DRAFT),
    "cycles:scheme_edit": Access(
        RUN, kwargs=lambda world: {"cycle_id": world.draft_cycle.pk, "part": "groups"}
    ),
    "cycles:scheme_preset": Access(RUN, **DRAFT),
    "cycles:scheme_changes": Access(READ, **CYCLE),
    "cycles:scheme_try": Access(
        RUN, method="post", kwargs=lambda world: {"cycle_id": world.draft_cycle.pk, "part": "groups"}
    ),
    "cycles:cycle_copy": Access(POSTED, method="post", **CYCLE),
    "cycles:cycle_open": Access(POSTED, method="post", **DRAFT),
    "cycles:cycle_advance": Access(POSTED, method="post", data=lambda world: {"to": "meeting"}, **CYCLE),
    "cycles:cycle_delete": Access(POSTED, method="post", **DRAFT),
    "cycles:paper_list": Access(READ, **CYCLE),
    "cycles:paper_create": Access(RUN, **DRAFT),
    "cycles:paper_source_list": Access(RUN, **DRAFT),
    "cycles:paper_edit": Access(READ, **PAPER),
    "cycles:paper_preview": Access(RUN, method="post", **PAPER),
    "cycles:paper_move": Access(POSTED, method="post", **PAPER),
    "cycles:paper_remove": Access(POSTED, method="post", **PAPER),
    "cycles:paper_revision": Access(READ, **REVISION),
    "cycles:revision_restore": Access(POSTED, method="post", **REVISION),
    "cycles:reviewee_list": Access(READ, **CYCLE),
    "cycles:reviewee_order": Access(RUN, **DRAFT),
    "cycles:candidate_list": Access(RUN, **DRAFT),
}
