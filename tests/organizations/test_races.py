"""Two clerks at once, each on a connection of its own: one wins, the other is told why."""

from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection

from apps.common.errors import DomainError
from apps.organizations import services
from apps.organizations.domain.tree import NewOrganization, in_cycles
from apps.organizations.models import Organization, OrganizationChange, OrganizationPeriod
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 30)
WHO = {"actor": None, "at": AT}
N_TIMES = 5


def at_once(*acts):
    """Run all acts at the same moment and return what each ended with: its result or its refusal."""
    start, outcomes = Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        start.wait()
        try:
            outcomes[place] = act()
        except DomainError as refusal:
            outcomes[place] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return outcomes


def refusals(outcomes):
    return [one.code for one in outcomes if isinstance(one, DomainError)]


def move(organization, goal):
    return lambda: services.move_organization(
        organization.pk, superior_id=goal.pk, on=DAY, version=None, **WHO
    )


def merge(organization, into):
    return lambda: services.merge_organizations([organization.pk], into=into, on=DAY, reason="撤并", **WHO)


def is_sound():
    """No circle, every path is its superior's and the own id, and today's periods say what the tree says."""
    rows = list(Organization.objects.select_related("superior"))
    assert in_cycles({row.pk: row.superior_id for row in rows}) == set()
    for row in rows:
        assert row.path == f"{row.superior.path if row.superior else ''}{row.pk}/"
    open_periods = OrganizationPeriod.objects.filter(ends_on__isnull=True)
    assert dict(open_periods.values_list("organization", "superior")) == {
        row.pk: row.superior_id for row in rows if row.abolished_on is None
    }
    return True


def test_two_moves_that_together_would_make_a_circle():
    for _ in range(N_TIMES):
        root = Organization.objects.filter(superior=None).first() or make_organization()
        one, other = make_organization(superior=root), make_organization(superior=root)

        outcomes = at_once(move(one, other), move(other, one))

        assert refusals(outcomes) == ["cycle_in_tree"]
        assert is_sound()


def test_two_mergers_of_the_same_organization():
    root = make_organization()
    for _ in range(N_TIMES):
        one, left, right = (make_organization(superior=root) for _ in range(3))
        leaf = make_organization(superior=one)

        outcomes = at_once(merge(one, left.pk), merge(one, right.pk))

        assert refusals(outcomes) == ["organization_gone"]
        winner = next(each for each in outcomes if isinstance(each, Organization))
        leaf.refresh_from_db()
        assert leaf.superior == winner
        assert OrganizationChange.objects.filter(organization=one, kind="merged").count() == 1
        assert is_sound()


def test_two_mergers_into_one_another():
    root = make_organization()
    one, other = make_organization(superior=root), make_organization(superior=root)

    outcomes = at_once(merge(one, other.pk), merge(other, one.pk))

    assert refusals(outcomes) == ["organization_gone"]
    assert Organization.objects.filter(abolished_on__isnull=False).count() == 1
    assert is_sound()


def test_two_mergers_into_a_new_one_of_the_same_code():
    root = make_organization()
    pairs = [[make_organization(superior=root) for _ in range(2)] for _ in range(2)]
    new = NewOrganization("J1", "新党委", "committee", "rural", root.pk)

    outcomes = at_once(
        *(
            lambda pair=pair: services.merge_organizations(
                [each.pk for each in pair], into=new, on=DAY, reason="", **WHO
            )
            for pair in pairs
        )
    )

    assert refusals(outcomes) == ["code_taken"]
    assert Organization.objects.filter(abolished_on__isnull=False).count() == 2
    assert is_sound()


def test_move_below_an_organization_against_its_abolition():
    root = make_organization()
    for _ in range(N_TIMES):
        goal, leaf = make_organization(superior=root), make_organization(superior=root)

        outcomes = at_once(
            move(leaf, goal),
            lambda goal=goal: services.abolish_organization(goal.pk, on=DAY, version=None, **WHO),
        )

        assert refusals(outcomes) in (["superior_abolished"], ["has_subordinates"])
        assert is_sound()


def test_move_of_an_organization_against_its_abolition():
    root = make_organization()
    goal, leaf = make_organization(superior=root), make_organization(superior=root)

    outcomes = at_once(
        move(leaf, goal), lambda: services.abolish_organization(leaf.pk, on=DAY, version=None, **WHO)
    )

    assert refusals(outcomes) in ([], ["organization_gone"])
    assert is_sound()


def test_import_against_a_move():
    """The import waits for the move or the move for the import; neither leaves a path that is not true."""
    from apps.organizations.domain.tree import OrganizationData

    root = make_organization(code="R0")
    one, other = make_organization(superior=root, code="A0"), make_organization(superior=root, code="B0")
    rows = [OrganizationData(f"N{n}", f"新{n}", "branch", "rural", "A0") for n in range(50)]

    outcomes = at_once(lambda: services.save_roster_organizations(rows, at=AT), move(one, other))

    assert refusals(outcomes) == []
    assert (
        Organization.objects.filter(path__startswith=Organization.objects.get(pk=one.pk).path).count() == 51
    )
    assert is_sound()
