"""Any steps by anybody in any order follow the tables and lose no submitted version."""

from datetime import timedelta
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import FilingState
from measures.integrity import faults
from measures.lights import refresh as lights
from measures.models import Filing, Note, Review
from measures.periods import actions as periods
from measures.rules.workflow import STEPS
from measures.tests.cast import Cast, make_cast
from measures.tests.factories import NOW, TODAY, make_filing, make_measure, make_period, make_user
from measures.tests.verbs import VERBS

S = FilingState
WHO = ("liaison", "deputy", "head", "other_head", "coordinator", "colleague", "leader")
# Half of the moves are by a person who may take the step, so that filings advance.
RIGHT = {"save": "liaison", "submit": "liaison", "hand_in": "liaison", "withdraw": "liaison"}
RIGHT |= {"approve": "head", "send_back": "head", "accept": "coordinator", "return": "coordinator"}
RIGHT |= {"correct": "liaison", "drop": "liaison", "unaccept": "coordinator", "uphold": "colleague"}
RIGHT |= {"waive": "coordinator", "unwaive": "coordinator"}
MOVES = st.one_of(
    st.sampled_from(sorted(RIGHT.items())),
    st.tuples(st.sampled_from([*STEPS, "close"]), st.sampled_from(WHO)),
)


class World(NamedTuple):
    """One filing and the people involved."""

    filing: Filing
    people: Cast
    deputy: object
    colleague: object  # a second coordinator

    def person(self, who: str):
        """Return a person by their part."""
        return getattr(self if who in ("deputy", "colleague") else self.people, who)


@pytest.fixture
def world(due_in: int, db: None) -> World:
    """Return the world once for all sequences of a test, each of which is rolled back."""
    return make_world(due_in)


def make_world(due_in: int = -20) -> World:
    measure = make_measure()
    period = make_period(due_on=TODAY + timedelta(days=due_in))
    filing = make_filing(measure=measure, period=period)
    deputy = make_user(Role.LIAISON, filing.agency)
    lights.refresh_all_lights(on=TODAY)
    return World(filing, make_cast(filing.agency), deputy, make_user(Role.COORDINATOR))


def attempt(world: World, name: str, who: str) -> bool:
    """Try a move; return whether it was allowed. Errors other than refusals fail the test."""
    person = world.person(who)
    try:
        if name == "close":
            periods.close_period(world.filing.period, by=person, at=NOW)
        else:
            with transaction.atomic():  # the actions' helpers write too
                VERBS[name](world.filing, person)
    except (PermissionDenied, DomainError):
        return False
    return True


def frozen() -> dict[int, dict]:
    """Return all submitted versions, without fields set when they leave or are dropped."""
    added = {"left_at", "approved_by_id", "dropped_at", "dropped_by_id"}
    rows = Note.objects.filter(submitted_at__isnull=False).values()
    return {row["id"]: {k: v for k, v in row.items() if k not in added} for row in rows}


def follow(world: World, moves: list[tuple[str, str]]) -> None:
    """Make the moves, and check after each what must always hold."""
    for name, who in moves:
        before, events = Filing.objects.get(), Event.objects.count()
        handed_in, versions = frozen(), Note.objects.count()
        allowed = attempt(world, name, who)
        after = Filing.objects.get()

        assert Event.objects.count() == events + allowed
        assert handed_in.items() <= frozen().items()
        assert Note.objects.count() >= versions
        if allowed and name != "close":
            assert before.state in STEPS[name].sources
            # Undoing a waiver leads back to the draft that was begun.
            began = name == "unwaive" and Note.objects.filter(submitted_at=None).exists()
            assert after.state == (S.DRAFT if began else STEPS[name].target)
        else:
            assert after.state == before.state
        assert before.first_submitted_at in (None, after.first_submitted_at)
        numbers = list(after.notes.order_by("version").values_list("version", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        drafts = Note.objects.kept().filter(submitted_at=None).count()
        assert drafts == (after.state == S.DRAFT) or (drafts == 1 and after.state == S.WAIVED)
        accepted = Review.objects.filter(decision="accept").order_by("note__version").last()
        assert after.accepted_note == (accepted and accepted.note)
        assert not Review.objects.filter(decision="return", comment="").exists()
    assert faults(on=TODAY) == []


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("due_in", [-20, 3])
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(moves=st.lists(MOVES, min_size=4, max_size=14))
def test_no_sequence_of_steps_breaks_anything(world, moves):
    with transaction.atomic():
        follow(world._replace(filing=Filing.objects.get()), moves)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_long_way_to_and_fro_keeps_every_version():
    world = make_world()
    way = "save submit withdraw submit return save hand_in send_back save hand_in approve return"
    way += " save submit accept"
    follow(world, [(name, RIGHT[name]) for name in way.split()])
    filing = Filing.objects.get()
    assert filing.state == S.ACCEPTED
    assert filing.notes.count() == 5
    assert filing.accepted_note == filing.notes.get(version=5)


@pytest.mark.django_db
def test_corrections_waivers_and_objections_keep_what_was_accepted():
    world = make_world()
    way = "waive unwaive save waive unwaive submit return uphold"
    follow(world, [(name, RIGHT[name]) for name in way.split()])
    follow(world, [("accept", "coordinator")])  # overruled: not objected to again
    assert Filing.objects.get().state == S.SUBMITTED
    follow(world, [("accept", "colleague"), ("unaccept", "colleague"), ("accept", "colleague")])
    follow(world, [("correct", "liaison"), ("save", "deputy"), ("submit", "liaison")])
    assert Filing.objects.get().accepted_note.version == 1
    follow(world, [("close", "coordinator"), ("accept", "colleague")])
    assert Filing.objects.get().accepted_note.version == 2


@pytest.mark.django_db
def test_dropped_corrections_leave_the_way_open():
    world = make_world()
    way = "save submit accept correct drop correct save submit withdraw drop"
    way += " correct submit return drop unaccept return save submit accept correct submit accept"
    for name in way.split():
        before = Filing.objects.get()
        follow(world, [(name, RIGHT[name])])
        assert Filing.objects.get().state != before.state or name == "save", name
    filing = Filing.objects.get()
    assert filing.accepted_note == filing.notes.order_by("version").last()
    assert Review.objects.filter(decision="accept").count() == 2
