"""Who gets what in grading."""

from tests.access import Access

STAFF = {"clerk": 200, "head": 200, "outsider_clerk": 200}
SHEET = {"clerk": 200, "head": 200, "outsider_clerk": 404}
ACT = {"clerk": 302, "head": 302, "outsider_clerk": 404}


def grading(**values):
    """Inside the request's savepoint: the cycle is at the stage of grading. Returns what is sent."""

    def data(world):
        type(world.cycle).objects.filter(pk=world.cycle.pk).update(stage="grading")
        return values

    return data


def cycle(world):
    return {"cycle_id": world.cycle.pk}


def decision(world):
    return {"decision_id": world.decision.pk}


def reconsideration(world):
    return {"act_id": world.reconsideration.pk}


DAY = "2026-12-26"
ROWS = {
    "grading:deliberation_print": Access(SHEET, kwargs=cycle, data=grading()),
    "grading:submission_zip": Access(SHEET, kwargs=cycle, data=grading()),
    "grading:submission_xlsx": Access(SHEET, kwargs=cycle, data=grading()),
    "grading:deliberation_review": Access(ACT, kwargs=cycle, data=grading(), method="post"),
    "grading:deliberation_send_back": Access(ACT, kwargs=cycle, data=grading(reason="理由"), method="post"),
    "grading:reconsideration_list": Access(STAFF),
    "grading:reconsideration_create": Access(SHEET, kwargs=decision, data=grading()),
    "grading:reconsideration_detail": Access(SHEET, kwargs=reconsideration),
    "grading:reconsideration_hear": Access(
        ACT,
        kwargs=reconsideration,
        data=lambda w: {"hearing-heard_on": DAY, "hearing-hearing": "意见", "hearing-version": "1"},
        method="post",
    ),
    "grading:reconsideration_decide": Access(
        {"clerk": 403, "head": 200, "outsider_clerk": 404}, kwargs=reconsideration, method="post"
    ),
    "grading:reconsideration_withdraw": Access(
        ACT,
        kwargs=reconsideration,
        data=lambda w: {"withdrawal-reason": "误登", "withdrawal-version": "1"},
        method="post",
    ),
    "grading:deliberation_list": Access(STAFF),
    "grading:deliberation_detail": Access(SHEET, kwargs=cycle, data=grading()),
    "grading:deliberation_start": Access(ACT, kwargs=cycle, data=grading(), method="post"),
    "grading:deliberation_record": Access(
        ACT,
        kwargs=cycle,
        data=grading(
            **{
                "held_on": "2026-12-25",
                "version": "1",
                "members-TOTAL_FORMS": "1",
                "members-INITIAL_FORMS": "0",
                "members-0-name": "某某",
                "members-0-role": "chair",
            }
        ),
        method="post",
    ),
    "grading:deliberation_decide_all": Access(ACT, kwargs=cycle, data=grading(), method="post"),
    "grading:deliberation_sign_off": Access(
        {**ACT, "clerk": 403}, kwargs=cycle, data=grading(), method="post"
    ),
    "grading:decision_decide": Access(
        ACT, kwargs=decision, data=grading(grade="average", reason="理由", version="1"), method="post"
    ),
    "grading:decision_list": Access(STAFF),
}
