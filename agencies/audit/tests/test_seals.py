"""Which events are sealed, when, and in which bytes."""

import json
from datetime import UTC, datetime, timedelta, timezone
from threading import Thread

import pytest
from django.db import connection

from agencies.audit import trail
from agencies.audit.canonical import (
    FORM,
    FORMS,
    algorithm_here,
    event_bytes,
    event_digest,
    seal_digest,
)
from agencies.audit.seals import seal_events
from agencies.choices import SealAlgorithm
from agencies.models import Event, Seal
from agencies.tests.factories import NOW

EVENT = {
    "id": 7, "at": datetime(2026, 11, 23, 2, 0, tzinfo=UTC), "actor_id": None, "actor_name": "系统",
    "actor_post": "", "action": "user.create", "target_type": "", "target_id": None,
    "sentence": "新建。", "before": {}, "after": {}, "outcome": "done", "address": None,
    "request_id": "",
}  # fmt: skip
BEIJING = timezone(timedelta(hours=8))


def write_events(count: int) -> list[Event]:
    entries = [trail.AuditEntry("user.create", None, f"第{n}条。") for n in range(count)]
    return trail.record_all(entries, by=None, at=NOW)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("sentence", "停用“王五”\n", r'"sentence":"停用“王五”\n"'),
        ("sentence", "𠮷\\\"", r'"sentence":"𠮷\\\""'),
        ("target_id", None, '"target_id":null'),
        ("target_id", 12, '"target_id":12'),
        ("address", "::1", '"address":"::1"'),
        ("at", datetime(2026, 11, 23, 10, 0, tzinfo=BEIJING),
         '"at":"2026-11-23T02:00:00.000000+00:00"'),
        ("at", datetime(2026, 1, 1, 0, 0, 0, 5, tzinfo=BEIJING),
         '"at":"2025-12-31T16:00:00.000005+00:00"'),
        ("after", {"乙": None, "b": [1, True, 0.5], "a": {"d": "", "c": "1"}},
         '"after":{"a":{"c":"1","d":""},"b":[1,true,0.5],"乙":null}'),
    ],
)  # fmt: skip
def test_an_event_is_these_bytes(column, value, words):
    told = event_bytes(EVENT | {column: value}).decode()
    assert words in told
    assert list(json.loads(told)) == sorted(EVENT)


def test_a_whole_event_and_its_digests():
    assert event_bytes(EVENT).decode() == (
        '{"action":"user.create","actor_id":null,"actor_name":"系统","actor_post":"","address":null,'
        '"after":{},"at":"2026-11-23T02:00:00.000000+00:00","before":{},"id":7,"outcome":"done",'
        '"request_id":"","sentence":"新建。","target_id":null,"target_type":""}'
    )
    assert len({event_digest(EVENT, algorithm) for algorithm in SealAlgorithm}) == 2


@pytest.mark.parametrize(
    ("known", "taken"),
    [({"sha256", "sm3"}, SealAlgorithm.SM3), ({"sha256"}, SealAlgorithm.SHA256)],
)
def test_sm3_is_taken_where_this_machine_has_it(monkeypatch, known, taken):
    monkeypatch.setattr("hashlib.algorithms_available", known)
    assert algorithm_here() == taken


def test_the_newest_form_has_every_column():
    assert set(FORMS[FORM]) == {field.attname for field in Event._meta.concrete_fields}


@pytest.mark.django_db
class TestSealing:
    def test_nothing_new_makes_no_seal(self):
        assert seal_events(at=NOW) == 0
        write_events(1)
        assert seal_events(at=NOW) == 1
        assert seal_events(at=NOW) == 0

    def test_after_a_gap_it_catches_up_seal_by_seal(self):
        ids = [event.pk for event in write_events(5)]
        assert seal_events(at=NOW, most=2) == 3
        seals = list(Seal.objects.all())
        assert [(one.number, one.event_ids) for one in seals] == [
            (1, ids[:2]), (2, ids[2:4]), (3, ids[4:]),
        ]  # fmt: skip
        assert [one.previous for one in seals] == ["", seals[0].digest, seals[1].digest]
        assert [one.digest for one in seals] == [seal_digest(one) for one in seals]
        assert not Event.objects.unsealed()

    def test_each_event_has_its_digest(self):
        event = write_events(2)[1]
        seal_events(at=NOW)
        seal = Seal.objects.get()
        values = Event.objects.values(*FORMS[FORM]).get(pk=event.pk)
        assert dict(seal.digests_of_events())[event.pk] == event_digest(values, seal.algorithm)


# Another connection: an event whose transaction has not committed yet.
_INSERT = """
    INSERT INTO agencies_event (at, actor_name, actor_post, action, target_type, sentence,
        before, after, outcome, request_id)
    VALUES (now(), '系统', '', 'user.create', '', '迟交。', '{}', '{}', 'done', '') RETURNING id
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_lower_id_that_is_committed_later_is_waited_for_and_two_runs_make_one_seal():
    elder, writer = connection.copy(), connection.copy()
    try:
        for one in (elder, writer):
            one.set_autocommit(False)
        with elder.cursor() as old, writer.cursor() as late:
            old.execute("SELECT pg_current_xact_id()")  # the older transaction has the higher id
            late.execute(_INSERT)
            (low,) = late.fetchone()
            old.execute(_INSERT)
            (high,) = old.fetchone()
            elder.commit()
            assert seal_events(at=NOW, wait=0) == 0
            runs = [Thread(target=_seal_apart) for _ in range(2)]
            for run in runs:
                run.start()
            writer.commit()
            for run in runs:
                run.join()
        assert [seal.event_ids for seal in Seal.objects.all()] == [[low, high]]
    finally:
        elder.close()
        writer.close()


def _seal_apart() -> None:
    try:
        seal_events(at=NOW)
    finally:
        connection.close()
