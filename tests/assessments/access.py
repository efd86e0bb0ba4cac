"""Who gets what in assessments."""

from tests.access import Access

STAFF = {"clerk": 200, "head": 200, "outsider_clerk": 200}

ROWS = {
    "assessments:component_list": Access(STAFF),
    "assessments:component_grid": Access(
        {"clerk": 200, "head": 200, "outsider_clerk": 404},
        kwargs=lambda w: {"component_id": w.imported_component.pk},
    ),
    "assessments:veto_list": Access(STAFF),
    "assessments:veto_create": Access(STAFF),
    "assessments:veto_withdraw": Access(
        {"clerk": 302, "head": 302, "outsider_clerk": 404},
        kwargs=lambda w: {"veto_id": w.veto.pk},
        method="post",
    ),
}
