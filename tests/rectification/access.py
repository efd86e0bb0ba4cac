"""Who gets what in the ledger. 422: the page is shown again, the posted form was empty."""

from tests.access import Access

OUTSIDE = {"outsider_clerk": 404, "outsider_secretary": 404}


def item(world):
    return {"item_id": world.item.pk}


WORK = Access({"clerk": 422, "head": 422, "secretary": 422} | OUTSIDE, kwargs=item, method="post")
SUPERVISE = Access({"clerk": 422, "head": 422} | OUTSIDE, kwargs=item, method="post")
ROWS = {
    "rectification:item_list": Access(
        {"clerk": 200, "head": 200, "outsider_clerk": 200, "leader": 200, "discipline": 200}
    ),
    "rectification:own_item_list": Access({"secretary": 200, "outsider_secretary": 200}),
    "rectification:problem_create": Access({"clerk": 200, "head": 200, "outsider_clerk": 200}),
    "rectification:item_detail": Access(
        {"clerk": 200, "head": 200, "secretary": 200, "leader": 200, "discipline": 200} | OUTSIDE, kwargs=item
    ),
    "rectification:item_plan": WORK,
    "rectification:item_progress": WORK,
    "rectification:item_apply": WORK,
    "rectification:item_verify": SUPERVISE,
    "rectification:item_extend": SUPERVISE,
}
