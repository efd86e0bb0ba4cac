"""Who gets what of the overviews. Accounts without a cycle in sight get an empty page."""

from tests.access import Access

VIEWERS = {"clerk": 200, "head": 200, "outsider_clerk": 200, "leader": 200}
ROWS = {
    "insights:overview": Access(VIEWERS),
    "insights:comparison": Access(VIEWERS),
    "insights:scores": Access({"clerk": 200, "head": 200, "outsider_clerk": 200}),
    "insights:what_if": Access({"clerk": 200, "head": 200, "outsider_clerk": 200}),
    "insights:secretary_card_pdf": Access(
        {"clerk": 200, "head": 200, "leader": 200, "discipline": 200, "secretary": 200},
        others=404,
        kwargs=lambda world: {"secretary_id": world.secretary.pk},
    ),
    "insights:own_years": Access({"secretary": 200, "outsider_secretary": 200}),
}
