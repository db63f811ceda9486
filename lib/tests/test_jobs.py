"""Renewing a lease beside the work."""

import threading

import pytest

from lib.jobs import LeaseLostError, LeaseRenewer


def test_a_failed_renewal_is_logged_and_the_next_one_runs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    renewals, enough = [], threading.Event()

    def renew() -> None:
        renewals.append(1)
        if len(renewals) == 3:
            enough.set()
        raise OSError("no connection")

    with LeaseRenewer(renew, every=0.01) as renewer:
        assert enough.wait(5)
    assert "a renewal of a lease failed" in caplog.text
    assert not renewer.is_lost


def test_a_lost_lease_is_noticed_and_no_longer_renewed() -> None:
    renewals, again = [], threading.Event()

    def renew() -> None:
        renewals.append(1)
        if len(renewals) == 2:
            again.set()
        raise LeaseLostError

    with LeaseRenewer(renew, every=0.01) as renewer:
        assert not again.wait(0.2)
    assert renewer.is_lost
    assert len(renewals) == 1
