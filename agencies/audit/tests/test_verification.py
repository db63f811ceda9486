"""Whatever the tables' owner changes in the trail, the first difference is named."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from agencies.audit import canonical, seals, verification
from agencies.audit.tests.test_seals import write_events
from agencies.audit.verification import record_verification, verify
from agencies.models import Event, Seal
from agencies.tasks import verify_audit
from agencies.tests.factories import NOW
from lib.errors import DomainError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ids(monkeypatch) -> list[int]:
    """Create three seals of two events each, and one unsealed event; read in small pages."""
    monkeypatch.setattr(verification, "SEALS_AT_ONCE", 2)
    monkeypatch.setattr(verification, "EVENTS_AT_ONCE", 3)
    found = [event.pk for event in write_events(6)]
    seals.seal_events(at=NOW, most=2)
    write_events(1)
    return found


def as_owner(*statements: str) -> None:
    """Run statements with all triggers off, as only the owner can."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("agencies_event", "agencies_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        for statement in statements:
            cursor.execute(statement)


def make_anew(first: int) -> None:
    """Compute the chain again from a seal on, so that it fits the changed events."""
    as_owner(f"DELETE FROM agencies_seal WHERE number >= {first}")
    seals.seal_events(at=NOW, most=2)


def test_an_untouched_trail_is_whole():
    found = verify()
    assert (found.events, found.seals, found.unsealed, found.fault) == (6, 3, 1, None)
    assert found.digest == Seal.objects.newest().digest


def test_nothing_sealed_yet_is_no_fault():
    as_owner("DELETE FROM agencies_seal", "DELETE FROM agencies_event")
    assert verify().fault is None


COLUMNS = [field.attname for field in Event._meta.concrete_fields if not field.primary_key]
ALTERED = {
    "at": "at + interval '1 microsecond'",
    "actor_id": "99",
    "target_id": "99",
    "before": """'{"a": 1}'""",
    "after": """'{"a": 1}'""",
    "outcome": "'refused'",
    "address": "'10.0.0.9'",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_an_altered_event_is_named(ids, column):
    value = ALTERED.get(column, "'别的'")
    as_owner(f"UPDATE agencies_event SET {column} = {value} WHERE id = {ids[3]}")
    fault = verify().fault
    assert (fault.seal, fault.event) == (2, ids[3])
    assert fault.words.startswith(f"审计记录{ids[3]}被改动，封存2所记摘要是")


@pytest.mark.parametrize(
    ("statement", "seal", "event", "words"),
    [
        ("DELETE FROM agencies_event WHERE id = {1}", 1, 1, "审计记录{1}被删除，封存1里有这一条。"),
        ("DELETE FROM agencies_event WHERE id = {5}", 3, 5, "审计记录{5}被删除，封存3里有这一条。"),
        ("DELETE FROM agencies_event WHERE id > {1}", 2, 2, "审计记录{2}被删除，封存2里有这一条。"),
        # Two events that changed places.
        ("UPDATE agencies_event SET id = id - {0} - {4} WHERE id IN ({0}, {4});"
         "UPDATE agencies_event SET id = -id WHERE id < 0", 1, 0, "审计记录{0}被改动"),
        ("UPDATE agencies_seal SET digests = sha256('') || substr(digests, 33) WHERE number = 2",
         2, None, "封存2被改动，所记摘要是"),
        ("UPDATE agencies_seal SET at = at - interval '1 day' WHERE number = 3", 3, None,
         "封存3被改动"),
        ("DELETE FROM agencies_seal WHERE number = 2", 2, None, "封存2不见了，其后是封存3。"),
        ("DELETE FROM agencies_seal WHERE number = 1", 1, None, "封存1不见了，其后是封存2。"),
        ("UPDATE agencies_seal SET number = 9, previous = 'x' WHERE number = 1;"
         "UPDATE agencies_seal SET number = 1, previous = '' WHERE number = 2;"
         "UPDATE agencies_seal SET number = 2 WHERE number = 9",
         1, None, "封存1被改动"),
    ],
)  # fmt: skip
def test_what_was_done_to_the_trail_is_named(ids, statement, seal, event, words):
    as_owner(statement.format(*ids))
    fault = verify().fault
    assert (fault.seal, fault.event) == (seal, event if event is None else ids[event])
    assert fault.words.startswith(words.format(*ids))


def test_an_event_that_was_inserted_is_named(ids):
    row = "at, actor_name, actor_post, action, target_type, sentence, before, after, outcome"
    free = ids[2]
    as_owner(
        f"UPDATE agencies_event SET id = id + 100 WHERE id >= {free}",
        "DELETE FROM agencies_seal",
    )
    seals.seal_events(at=NOW, most=2)
    as_owner(
        f"INSERT INTO agencies_event (id, {row}, request_id)"
        f" SELECT {free}, {row}, request_id FROM agencies_event WHERE id = {ids[0]}"
    )
    fault = verify().fault
    assert (fault.seal, fault.event) == (2, free)
    assert fault.words == f"审计记录{free}是后来插入的，封存时没有这一条。"


def test_a_seal_made_anew_differs_from_what_the_next_one_holds():
    seal = Seal.objects.get(number=1)
    seal.at = NOW.replace(year=2025)
    as_owner(
        f"UPDATE agencies_seal SET at = '{seal.at.isoformat()}',"
        f" digest = '{canonical.seal_digest(seal)}' WHERE number = 1"
    )
    fault = verify().fault
    assert (fault.seal, fault.event) == (2, None)
    assert fault.words.startswith("封存2所记的上一封存摘要是")


class TestAnchor:
    def test_a_chain_made_anew_fits_and_only_the_anchor_shows_it(self, ids):
        anchor = verify().digest
        as_owner(f"UPDATE agencies_event SET sentence = '别的。' WHERE id = {ids[0]}")
        make_anew(1)
        assert verify().fault is None
        assert verify(anchor=anchor).fault.words.startswith(
            f"留存的摘要{anchor[:16]}…不在任何封存中"
        )

    def test_an_older_anchor_is_still_good(self):
        anchor = verify().digest
        seals.seal_events(at=NOW)
        assert verify(anchor=anchor).fault is None

    def test_the_last_verification_is_one_too(self):
        record_verification(at=NOW)
        as_owner("DELETE FROM agencies_seal WHERE number = 3")
        assert verify().fault.words.startswith("上次核验所记的摘要")


class TestNight:
    def test_a_whole_trail_is_an_event_with_the_digest(self):
        assert verify_audit()
        event = Event.objects.last_verification().get()
        assert event.action == "audit.verified"
        assert event.after["digest"] == Seal.objects.newest().digest
        assert event.sentence == (
            "6条审计记录、3个封存与封存时一致，封存至2026-11-23 10:00；另有1条待封存。"
        )

    def test_a_broken_one_is_an_event_that_names_the_first(self, ids):
        as_owner(f"DELETE FROM agencies_event WHERE id = {ids[2]}")
        assert not verify_audit()
        event = Event.objects.last_verification().get()
        assert (event.action, event.after["event"]) == ("audit.broken", ids[2])


class TestCommand:
    def test_it_prints_the_digest_to_keep(self):
        out = StringIO()
        call_command("verify_audit", stdout=out)
        seal = Seal.objects.newest()
        assert out.getvalue().splitlines()[1] == f"封存3的摘要（{seal.how.label}）：{seal.digest}"

    def test_it_ends_with_an_error_that_names_the_first(self, ids):
        as_owner(f"DELETE FROM agencies_event WHERE id = {ids[2]}")
        with pytest.raises(
            CommandError, match=f"^审计记录{ids[2]}被删除.*此前2条记录、1个封存一致"
        ):
            call_command("verify_audit")

    def test_it_says_what_this_machine_lacks(self, monkeypatch):
        monkeypatch.setattr("hashlib.algorithms_available", {"sha256"})
        with pytest.raises(CommandError, match="没有SM3"):
            call_command("verify_audit")
        with pytest.raises(DomainError):
            verify()


def test_reading_takes_memory_and_queries_by_the_page(django_assert_max_num_queries):
    with django_assert_max_num_queries(2 + 3 + 4 + 3):
        verify()
