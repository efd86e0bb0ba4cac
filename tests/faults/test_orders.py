"""Whatever order evaluators, operators and trustees act in, and whichever of their transactions dies: the invariants hold.

One machine against the services. The model knows little: where the session stands, what became of every slip, who heard what.
"""

import inspect
from collections import Counter
from contextlib import nullcontext

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.common.errors import DomainError
from apps.evaluations import services
from apps.evaluations.domain.sealing import tracker_of
from apps.evaluations.domain.slips import secret_text
from apps.evaluations.models import Credential, EvaluationSession, PaperBatch, UrnEntry
from tests.factories.evaluations import AT, make_hall
from tests.faults.invariants import check_invariants
from tests.faults.seeds import SEED, dice, rounds

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
GRADES = st.sampled_from(["good", "fairly_good", "average", "poor", None])
PICK = st.integers(0, 7)


class Killed(Exception):  # noqa: N818 -- what happens, not what is wrong
    """The transaction's process is gone."""


class Killer:
    """Ends the transaction at its n-th statement."""

    def __init__(self, n):
        self.left = n

    def __call__(self, execute, sql, params, many, context):
        self.left -= 1
        if self.left == 0:
            raise Killed
        return execute(sql, params, many, context)


class Hall(RuleBasedStateMachine):
    @initialize(is_open=st.sampled_from([True, True, True, False]))
    def begin(self, is_open):
        self.hall = make_hall(n_slips=2, n_reviewees=1, state="rehearsed")
        self.state = "rehearsed"
        self.slips = {slip.selector: slip for slip in self.hall.all_slips}
        self.became = dict.fromkeys(self.slips, "unused")
        self.sent, self.heard, self.envelopes = {}, {}, {}
        self.dies_at = self.n_died = 0
        if is_open:
            self.voting_is_opened()

    # -- the killer

    @rule(n=st.integers(1, 40))
    @precondition(lambda self: not self.dies_at)
    def next_act_of_staff_dies(self, n):
        self.dies_at = n

    def staff(self, act, *, allowed):
        """Do an act of staff; return whether it took place. It is refused exactly when the model says so, unless it dies."""
        killer, self.dies_at = (Killer(self.dies_at) if self.dies_at else None), 0
        try:
            with transaction.atomic(), connection.execute_wrapper(killer) if killer else nullcontext():
                act()
        except Killed:
            self.n_died += 1
            return False
        except DomainError:
            assert not allowed
            return False
        assert allowed
        return True

    # -- evaluators

    @rule(pick=PICK, grade=GRADES)
    def somebody_casts(self, pick, grade):
        slip = self.slip(pick)
        self.cast(
            slip, self.hall.seal(slip, self.hall.marks(grade) if grade else {}), secret_text(slip.secret)
        )

    @rule(pick=PICK, grade=GRADES)
    def somebody_casts_by_typed_code(self, pick, grade):
        slip = self.slip(pick)
        self.cast(slip, self.hall.seal(slip, self.hall.marks(grade) if grade else {}), slip.typed)

    @rule(pick=PICK)
    def somebody_sends_an_earlier_ballot_again(self, pick):
        slip = self.slip(pick)
        if slip.selector in self.envelopes:
            self.cast(slip, self.envelopes[slip.selector], secret_text(slip.secret))

    @rule(pick=PICK, other=PICK)
    def somebody_sends_a_stolen_envelope(self, pick, other):
        """An envelope that lies under another slip is refused."""
        slip, victim = self.slip(pick), self.slip(other)
        stolen = self.envelopes.get(victim.selector, b"")
        if slip is not victim and stolen and tracker_of(stolen) == self.heard.get(victim.selector):
            with pytest.raises(DomainError):
                self.send(slip, stolen, secret_text(slip.secret))

    @rule(pick=PICK)
    def somebody_guesses(self, pick):
        slip = self.slip(pick)
        with pytest.raises(DomainError):
            self.send(slip, self.hall.seal(slip, {}), "A" * 22)

    def slip(self, pick):
        return list(self.slips.values())[pick % len(self.slips)]

    def send(self, slip, sealed, secret):
        return services.cast_ballot(
            self.hall.session.pk, selector=slip.selector, secret=secret, ciphertext=sealed
        )

    def cast(self, slip, sealed, secret):
        allowed = self.state == "open" and self.became[slip.selector] in {"unused", "online"}
        self.sent.setdefault(slip.selector, set()).add(tracker_of(sealed))
        self.envelopes[slip.selector] = sealed
        try:
            tracker = self.send(slip, sealed, secret)
        except DomainError:
            assert not allowed
            return
        assert allowed
        self.heard[slip.selector] = tracker
        self.became[slip.selector] = "online"

    # -- operators

    @rule()
    @precondition(lambda self: self.state in {"rehearsed", "closed"})
    def voting_is_opened(self):
        allowed = self.state in {"rehearsed", "open"}
        if self.staff(
            lambda: services.open_voting(self.hall.session.pk, actor=self.hall.actor, at=AT), allowed=allowed
        ):
            self.state = "open"

    @rule()
    @precondition(lambda self: self.state != "rehearsed" and len(self.heard) > 1)
    def voting_is_closed(self):
        allowed = self.state != "rehearsed" and (self.state != "open" or self.is_balanced())
        if self.staff(self.hall.close, allowed=allowed) and self.state == "open":
            self.state = "closed"

    def is_balanced(self):
        forms = sum(PaperBatch.objects.filter(session=self.hall.session).values_list("n_issued", flat=True))
        per_group = dict.fromkeys(self.hall.slips, 0)
        for group, slips in self.hall.slips.items():
            per_group[group] = sum(self.became[slip.selector] == "paper" for slip in slips)
        issued = dict(
            PaperBatch.objects.filter(session=self.hall.session).values_list("group_id", "n_issued")
        )
        return forms >= 0 and all(n <= issued.get(group, 0) for group, n in per_group.items())

    @rule(group=st.integers(0, 1), n=st.integers(0, 4))
    def paper_forms_are_written_down(self, group, n):
        self.write_down_forms(group, n)

    def write_down_forms(self, group, n):
        group_id = list(self.hall.slips)[group]

        def act():
            batch, _ = services.open_batch(
                self.hall.session.pk, group_id=group_id, actor=self.hall.actor, at=AT
            )
            services.set_heads(batch.pk, n_issued=n, n_returned=0, n_spoiled=0, actor=self.hall.actor, at=AT)

        self.staff(act, allowed=self.state in {"rehearsed", "open"})

    @rule(pick=PICK, how=st.sampled_from(["void", "spoiled"]))
    def slip_is_taken_out(self, pick, how):
        slip = self.slip(pick)
        act = services.void_slip if how == "void" else services.spoil_slip
        allowed = self.state in {"rehearsed", "open"} and self.became[slip.selector] in {"unused", how}
        if self.staff(lambda: self.on_slip(act, slip), allowed=allowed):
            self.became[slip.selector] = how

    @rule(pick=PICK)
    def slip_is_exchanged_for_paper(self, pick):
        slip = self.slip(pick)
        allowed = self.state in {"rehearsed", "open"} and self.became[slip.selector] in {
            "unused",
            "online",
            "paper",
        }
        if self.staff(lambda: self.on_slip(services.exchange_slip, slip), allowed=allowed):
            self.became[slip.selector] = "paper"
            self.heard.pop(slip.selector, None)

    def on_slip(self, act, slip):
        act(self.hall.session.pk, selector=slip.selector, actor=self.hall.actor, at=AT)

    @rule(group=st.integers(0, 1))
    def unused_slips_are_printed_anew(self, group):
        group_id = list(self.hall.slips)[group]
        old = [one for one in self.hall.slips[group_id] if self.became[one.selector] == "unused"]
        made = []

        def act():
            made[:] = services.reprint_slips(
                self.hall.session.pk, group_id=group_id, actor=self.hall.actor, at=AT
            )

        if self.staff(act, allowed=bool(old) and self.state in {"rehearsed", "open"}):
            self.became |= {one.selector: "void" for one in old} | {one.selector: "unused" for one in made}
            self.hall.slips[group_id] += made
            self.slips |= {one.selector: one for one in made}

    # -- trustees

    @rule(cards=st.sampled_from([(0, 1), (1, 2), (2, 0), (0, 0), (1,)]))
    @precondition(lambda self: self.state != "open")
    def urn_is_opened(self, cards):
        allowed = self.state == "opened" or (self.state == "closed" and len(set(cards)) == 2)
        chosen = [self.hall.cards[n] for n in cards]

        def act():
            services.open_urn(self.hall.session.pk, cards=chosen, actor=self.hall.actor, at=AT)

        if self.staff(act, allowed=allowed):
            self.state = "opened"

    # -- what always holds

    @invariant()
    def model_and_tables_agree(self):
        session = self.hall.session.pk
        assert EvaluationSession.objects.values_list("state", flat=True).get(pk=session) == self.state
        assert (
            dict(Credential.objects.filter(session=session).values_list("selector", "state")) == self.became
        )
        rows = UrnEntry.objects.filter(credential__session=session)
        assert dict(rows.values_list("credential__selector", "tracker")) == self.heard

    def teardown(self):
        """Go the rest of the way, so that every order ends with an opened urn that a second program has counted."""
        if not hasattr(self, "hall"):
            return
        self.dies_at = 0
        if self.state == "rehearsed":
            self.voting_is_opened()
        if self.state == "open":
            for group in (0, 1):
                self.write_down_forms(group, 4)
            self.voting_is_closed()
        for _ in range(2):
            self.hall.open()
        session = check_invariants(self.hall, acknowledged=self.heard, sent=self.sent)
        assert session.state == "opened"


def test_every_order_of_acts_keeps_the_invariants(monkeypatch):
    monkeypatch.setattr("tests.faults.invariants.differences_in", differences_in_here)

    run_state_machine_as_test(
        seed(SEED)(Hall),
        settings=settings(
            max_examples=rounds(400, 20), stateful_step_count=40, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


WALK = {  # what is done how often; Hypothesis finds odd orders, these are long and busy ones
    "somebody_casts": 12, "somebody_casts_by_typed_code": 5, "somebody_sends_an_earlier_ballot_again": 4,
    "somebody_sends_a_stolen_envelope": 3, "somebody_guesses": 1, "next_act_of_staff_dies": 5, "voting_is_opened": 1,
    "voting_is_closed": 1, "paper_forms_are_written_down": 3, "slip_is_taken_out": 2, "slip_is_exchanged_for_paper": 2,
    "unused_slips_are_printed_anew": 1, "urn_is_opened": 2,
}  # fmt: skip
ARGUMENTS = {
    "pick": lambda luck: luck.randrange(8),
    "other": lambda luck: luck.randrange(8),
    "grade": lambda luck: luck.choice(["good", "fairly_good", "average", "poor", None]),
    "group": lambda luck: luck.randrange(2),
    "how": lambda luck: luck.choice(["void", "spoiled"]),
    "cards": lambda luck: luck.choice([(0, 1), (1, 2), (2, 0), (0, 0), (1,)]),
}


def test_long_walks_keep_the_invariants(monkeypatch):
    monkeypatch.setattr("tests.faults.invariants.differences_in", differences_in_here)
    seen = Counter()

    for n in range(rounds(100, 12)):
        luck, hall = dice("walk", n), Hall()
        hall.begin(is_open=True)
        for _ in range(luck.randint(20, 80)):
            name = luck.choices(list(WALK), WALK.values())[0]
            take_step(hall, name, luck)
            hall.model_and_tables_agree()
        seen.update([hall.state, *hall.became.values()])
        seen["died"] += hall.n_died
        hall.teardown()

    assert min(seen[one] for one in ("online", "paper", "void", "spoiled", "unused", "died")) > 0
    assert seen["closed"] + seen["opened"] > 0


def take_step(hall, name, luck):
    if (name == "urn_is_opened" and hall.state == "open") or (
        name == "voting_is_closed" and len(hall.heard) < 2
    ):
        return
    wanted = inspect.signature(getattr(Hall, name)).parameters
    arguments = {one: draw(luck) for one, draw in ARGUMENTS.items() if one in wanted}
    if "n" in wanted:
        arguments["n"] = luck.randint(1, 40 if name == "next_act_of_staff_dies" else 4)
    getattr(hall, name)(**arguments)


def differences_in_here(package):
    """Let the second program run in this process: there are too many sessions to start one for each."""
    from apps.scoring.domain.verification import verify

    return verify(package)
