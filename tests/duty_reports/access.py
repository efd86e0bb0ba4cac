"""Who gets what on the pages of duty reports."""

from tests.access import Access

REPORT = {"kwargs": lambda world: {"report_id": world.report.pk}}
STAFF = {"clerk": 200, "head": 200, "outsider_clerk": 200, "leader": 200}
# The author and the staff above; another secretary and staff of another subtree do not see it at all.
READ = {
    "clerk": 200,
    "head": 200,
    "leader": 200,
    "secretary": 200,
    "outsider_clerk": 404,
    "outsider_secretary": 404,
}
UNSEEN = {"outsider_clerk": 404, "outsider_secretary": 404}
DECIDE = UNSEEN | {"clerk": 302, "head": 302}


def section(world):
    return {"report_id": world.report.pk, "section_id": world.section.pk}


def follow_up(world):
    return {"report_id": world.report.pk, "follow_up_id": world.follow_up.pk}


def problem(world):
    return {"report_id": world.report.pk, "problem_id": world.problem.pk}


ROWS = {
    "duty_reports:report_list": Access(STAFF),
    "duty_reports:report_board": Access(STAFF),
    "duty_reports:problem_list": Access(STAFF | {"discipline": 200}),
    "duty_reports:my_report": Access({"secretary": 302, "outsider_secretary": 200}),
    "duty_reports:cycle_remind": Access(
        {"clerk": 302, "head": 302, "outsider_clerk": 404},
        method="post",
        kwargs=lambda world: {"cycle_id": world.cycle.pk},
    ),
    "duty_reports:report_detail": Access(READ, **REPORT),
    "duty_reports:report_print": Access(READ, **REPORT),
    "duty_reports:report_rounds": Access(READ, **REPORT),
    "duty_reports:report_edit": Access(UNSEEN | {"secretary": 200}, **REPORT),
    "duty_reports:section_save": Access(
        UNSEEN | {"secretary": 200},
        method="post",
        kwargs=section,
        data=lambda world: {"text": "正文", "revision": 0},
    ),
    "duty_reports:follow_up_save": Access(
        UNSEEN | {"secretary": 200},
        method="post",
        kwargs=follow_up,
        data=lambda world: {"text": "", "revision": 0},
    ),
    "duty_reports:report_save": Access(UNSEEN | {"secretary": 302}, method="post", **REPORT),
    "duty_reports:report_submit": Access(UNSEEN | {"secretary": 409}, method="post", **REPORT),
    "duty_reports:problem_add": Access(UNSEEN | {"secretary": 302}, method="post", **REPORT),
    "duty_reports:problem_remove": Access(UNSEEN | {"secretary": 302}, method="post", kwargs=problem),
    "duty_reports:report_return": Access(UNSEEN | {"clerk": 200, "head": 200}, **REPORT),
    "duty_reports:report_approve": Access(DECIDE, method="post", **REPORT),
}
