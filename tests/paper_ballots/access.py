from tests.access import Access

ROWS = {
    "paper_ballots:blank_form": Access(
        {"clerk": 200, "head": 200, "outsider_clerk": 404},
        kwargs=lambda world: {"session_id": world.session.pk},
    ),
}
