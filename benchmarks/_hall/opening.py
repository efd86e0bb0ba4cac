"""Closing and opening a filled urn as the web server does it."""

import time

from benchmarks._hall.halls import AT, fill_urn


def opened_in(hall):
    """Return the seconds of opening the urn in its own process, and of asking once more, which only starts the process."""
    from apps.evaluations.kit.separate_process import open_in_own_process
    from apps.evaluations.services import close_voting

    head = _head(hall.session)
    fill_urn(hall)
    close_voting(hall.session.pk, actor=head, at=AT)
    taken = []
    for _ in range(2):
        begun = time.perf_counter()
        open_in_own_process(hall.session.pk, hall.cards[:2], head.username)
        taken.append(time.perf_counter() - begun)
    hall.session.refresh_from_db()
    assert hall.session.state == "opened", hall.session.state
    return taken


def _head(session):
    from apps.accounts.domain.roles import Role
    from apps.accounts.models import RoleAssignment, User

    user = User.objects.create(username=f"head{session.pk}", display_name="负责人")
    RoleAssignment.objects.create(user=user, role=Role.HEAD.value, scope=session.cycle.host)
    return user
