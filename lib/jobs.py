"""Jobs whose state is in their row: lease, renewal, retry and sweep for every model with jobs.

A job is a row: a report to build, a sheet to check or apply. The queue only wakes a worker for it,
because a queue alone loses jobs:

- A message is lost when the broker is down as the transaction commits, or forgets what it held.
- Late acknowledgement (`acks_late`) is not enough when a worker is killed or its machine is gone:
  the broker gives the message to another worker only after its visibility timeout, an hour.
- A worker that is only slow looks dead, and then two workers do the same job.

So the row holds the state of its job. Either the job has been waiting since `queued_at`; or an
attempt, counted by `attempts`, holds a lease on it until `lease_until` and renews the lease while
it works. Every write of an attempt is conditional on its number, so that it can write nothing after
another has taken over. A sweep finds jobs that have waited too long or whose lease was not renewed.
Running a task twice, or two at once, is harmless: only one gets the lease.

A model takes part by inheriting from LeasedJob and LeasedJobQuerySet; a package by an Attempt of
its own with the duration of its leases.
"""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Event, Thread
from types import TracebackType
from typing import ClassVar, Self, TypeVar, cast

from django.db import DatabaseError, connection, models, transaction
from django.db.models import Q, QuerySet

from lib.enqueue import enqueue_after_commit

logger = logging.getLogger(__name__)
# A job that has lost its worker this often probably kills it: further attempts would do harm.
ATTEMPTS_MOST = 3
# If no worker has started a job after this time, its message may be lost. If the message was only
# late, or all workers are busy, enqueuing again does no harm: the second task finds nothing to do.
PICKED_UP_WITHIN = timedelta(seconds=60)
# Longer than any lease: a lease that ends later was written before the clock was set back.
AHEAD_MOST = timedelta(minutes=5)


class LeaseLostError(Exception):
    """Another attempt holds the job, or the job has ended; this attempt must not write again."""


class LeasedJobQuerySet(QuerySet):
    """Jobs by their lease.

    Exactly the jobs in work have a lease, by a constraint of each model. So the queries here need
    no state.
    """

    def held_by(self, attempt: int) -> Self:
        """Jobs held by the attempt with this number; none after a later one has taken over."""
        return self.filter(attempts=attempt, lease_until__isnull=False)

    def abandoned(self, *, at: datetime) -> Self:
        """Jobs without a living worker: the lease ran out, or no worker took the job in time."""
        waiting = cast("type[LeasedJob]", self.model).STARTS_AS.keys()
        ahead = at + AHEAD_MOST
        unclaimed = Q(queued_at__lt=at - PICKED_UP_WITHIN) | Q(queued_at__gt=ahead)
        expired = Q(lease_until__lt=at) | Q(lease_until__gt=ahead)
        return self.filter(expired | unclaimed & Q(state__in=list(waiting)))


class LeasedJob(models.Model):
    TASK: ClassVar[str]  # the name of the Celery task that makes an attempt, called with the key
    # Waiting state → the state in which an attempt starts.
    STARTS_AS: ClassVar[Mapping[str, str]]
    # Each state in which an attempt holds a job → the state in which it waits for the next attempt.
    WAITS_AS: ClassVar[Mapping[str, str]]

    state = models.CharField("状态", max_length=10)
    queued_at = models.DateTimeField("排队时间")
    attempts = models.PositiveSmallIntegerField("第几次办理", default=0)
    lease_until = models.DateTimeField("占用至", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def tries(self) -> int:
        """How many attempts there were since the job was last asked for."""
        return self.attempts

    def enqueue(self) -> None:
        """Have a worker attempt it once the caller's transaction has committed."""
        enqueue_after_commit(self.TASK, self.pk)


Job = TypeVar("Job", bound=LeasedJob)


@transaction.atomic
def take_lease(jobs: QuerySet[Job], pk: int, *, lease: timedelta, at: datetime) -> Job | None:
    """Start the next attempt at a job; returns its row, or None if there is nothing to do.

    `jobs`: how to fetch the row (related rows, deferred columns). There is nothing to do if the job
    does not exist, has ended, or is held by an attempt whose lease has not run out. An abandoned
    attempt is taken over even before a sweep has found it.
    """
    # Lock and check: of several workers at once the first takes the lease, the others wait for
    # its commit and then see it. NO KEY, so that rows which refer to the job can be inserted.
    job = jobs.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if job is None or (job.lease_until is not None and job.lease_until >= at):
        return None
    waiting = job.WAITS_AS.get(job.state, job.state)
    if waiting not in job.STARTS_AS:
        return None
    job.state, job.lease_until = job.STARTS_AS[waiting], at + lease
    job.attempts += 1
    job.save(update_fields=["state", "lease_until", "attempts"])
    return job


def release(job: LeasedJob, *, state: str, **fields: object) -> None:
    """End a job that the caller has locked: write its state and `fields`, and give up its lease."""
    for name, value in {"state": state, "lease_until": None, **fields}.items():
        setattr(job, name, value)
    job.save(update_fields=["state", "lease_until", *fields])


def sweep(jobs: LeasedJobQuerySet, *, fail: Callable[[Job], object], at: datetime) -> int:
    """Retry abandoned jobs; returns how many were enqueued again.

    A job that lost its worker ATTEMPTS_MOST times is handed to `fail` instead, locked. Safe to run
    at any time, and twice.
    """

    @transaction.atomic
    def retry(pk: int) -> bool:
        # Check again under the lock. A locked row is skipped: somebody is alive and writes it.
        locked = jobs.select_for_update(of=("self",), no_key=True, skip_locked=True)
        job = locked.abandoned(at=at).filter(pk=pk).first()
        if job is None:
            return False
        if job.lease_until is not None and job.tries >= ATTEMPTS_MOST:
            fail(job)
            return False
        job.state, job.queued_at = job.WAITS_AS.get(job.state, job.state), at
        job.lease_until = None
        job.save(update_fields=["state", "queued_at", "lease_until"])
        job.enqueue()
        return True

    return sum(map(retry, sorted(jobs.abandoned(at=at).values_list("pk", flat=True))))


class Attempt:
    """One worker's attempt at a job, from the taking of its lease until it ends or is lost."""

    lease: ClassVar[timedelta]  # how long a worker that does not report counts as alive
    renew_every: ClassVar[float]  # seconds; a small part of the lease, so that some may fail

    def __init__(self, job: LeasedJob, *, at: datetime) -> None:
        """`job`: as take_lease returned it; `at`: the moment at which it was taken."""
        self.pk, self.number = job.pk, job.attempts
        self._name = f"{job._meta.label} {job.pk}"
        jobs: LeasedJobQuerySet = LeasedJobQuerySet(type(job))
        self._held = jobs.filter(pk=job.pk).held_by(job.attempts)
        self._started_at, self._started = at, time.monotonic()
        self._renewer = LeaseRenewer(self.renew, every=self.renew_every)

    @property
    def now(self) -> datetime:
        return self._started_at + timedelta(seconds=time.monotonic() - self._started)

    def progress(self) -> Mapping[str, object]:
        """Fields that each renewal also writes, so that a page can show how far the job is."""
        return {}

    def renew(self) -> None:
        """Renew the lease and write the progress. Raises LeaseLostError."""
        self.update(**self.progress())

    def check_held(self) -> None:
        """Raise LeaseLostError if a renewal has found the lease lost. Asks no database."""
        if self._renewer.is_lost:
            raise LeaseLostError

    def update(self, **fields: object) -> None:
        """Write to the row and renew the lease. Raises LeaseLostError.

        Within a transaction this also locks the row, which keeps the sweep and others out.
        """
        if not self._held.update(**{"lease_until": self.now + self.lease, **fields}):
            raise LeaseLostError

    def release(self, *, state: str, **fields: object) -> None:
        """End the job: write its state and `fields`, give up the lease. Raises LeaseLostError."""
        self.update(state=state, lease_until=None, **fields)

    def run(self, work: Callable[[], object], *, fail: Callable[[Exception], object]) -> bool:
        """Do the work while the lease is renewed; returns whether it succeeded.

        An error of the work is handed to `fail`, with two exceptions. After a lost lease nothing is
        written. A database error is raised: it is unknown what was committed, so the sweep retries
        from the state in the row.
        """
        try:
            with self._renewer:
                work()
        except LeaseLostError:
            logger.warning("%s: attempt %s has lost its lease", self._name, self.number)
            return False
        except DatabaseError:
            raise
        except Exception as error:
            fail(error)
            return False
        return True


class LeaseRenewer:
    """Context manager that calls `renew` every few seconds from its own thread.

    It needs a thread because the work may be one long statement, transaction or library call. It
    also needs the thread's own database connection: on the work's connection a renewal would become
    visible to the sweep only when the work commits, which is too late.

    A failed renewal is only logged, because a lease lasts for several renewals.
    """

    def __init__(self, renew: Callable[[], object], *, every: float) -> None:
        self._renew, self._every = renew, every
        self.is_lost = False  # a renewal found that the lease is lost
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="lease-renewer", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # No deadlock: a renewal may wait for a row lock of the work, but the work's transaction
        # has ended by now.
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stopped.wait(self._every):
                self._renew_once()
        finally:
            connection.close()  # this thread's own: Django closes those of tasks and requests only

    def _renew_once(self) -> None:
        try:
            self._renew()
        except LeaseLostError:
            self.is_lost = True
            self._stopped.set()
        except Exception:
            logger.exception("a renewal of a lease failed")
            connection.close()  # it may be broken; the next renewal opens another
