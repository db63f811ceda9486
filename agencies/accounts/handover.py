"""Handing over a post to a successor, permanently or during an absence."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from agencies.accounts.memberships import draft_membership
from agencies.audit import trail
from agencies.choices import AgencyMessage
from agencies.contributions import hooks_on_handover
from agencies.inbox.messages import tell
from agencies.models import Membership, User
from agencies.permissions import Perm, Role, RoleGroup
from lib.chinese import long_date
from lib.errors import DomainError

# Their open work (begun reviews) is reassigned at once, so the handover must start today.
AT_ONCE_ONLY = {Role.COORDINATOR}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Terms:
    successor: User
    from_on: date
    until: date | None = None  # the last day of an absence; None: permanent
    stays_as_deputy: bool = False  # an A岗 liaison becomes B岗
    reason: str = ""


@transaction.atomic
def hand_over(membership: Membership, *, terms: Terms, by: User, at: datetime) -> None:
    """End the holder's membership the day before `from_on` and begin the successor's on that day.

    With `until`, the holder takes over again the day after. A successor who is the agency's B岗
    becomes its A岗. Each app reassigns its open work (`PassOn`). Raises PermissionDenied unless
    `by` manages memberships, DomainError for a rule, ValidationError with a constraint's sentence.
    """
    by.demand(Perm.KEEP_MEMBERSHIPS)
    membership = _locked(membership, terms)
    if by.pk in (membership.user_id, terms.successor.pk):
        raise DomainError("不能办理本人的交接。")
    moves = f"，{membership.user.name}转任B岗" * terms.stays_as_deputy
    post, holder, key = membership.role_words, membership.user, membership.pk
    before = {"user": holder, "valid_from": membership.valid_from, "valid_to": membership.valid_to}
    _change_hands(membership, terms, on=localdate(at))
    membership.pk = key  # for the event: a row that would never be effective was deleted
    passed_on = _pass_on(membership, terms, at)
    trail.record(
        "membership.hand_over",
        membership,
        by=by,
        at=at,
        sentence=f"{holder.name}的“{membership.agency} {post}”{_span(terms)}"
        f"交由{terms.successor.name}{moves}：{terms.reason}。",
        before=before,
        after={"user": terms.successor, "valid_from": terms.from_on, "valid_to": terms.until}
        | {"stays_as_deputy": terms.stays_as_deputy, "passed_on": passed_on},
    )
    _tell_both(membership, terms, passed_on, at)


def rehearse(membership: Membership, *, terms: Terms, on: date) -> None:
    """Hand over and roll back, so that a form can show the errors. Raises as hand_over."""
    with transaction.atomic():
        _change_hands(_locked(membership, terms), terms, on=on)
        transaction.set_rollback(True)


def _locked(membership: Membership, terms: Terms) -> Membership:
    """Return the membership, with both people's memberships locked in order of their ids."""
    people = [membership.user_id, terms.successor.pk]
    list(Membership.objects.select_for_update(no_key=True).filter(user__in=people).order_by("pk"))
    found = Membership.objects.select_related("user", "agency").filter(pk=membership.pk).first()
    if found is None:
        raise DomainError("这一任职已不存在，请返回账号页查看最新状态。")
    return found


def _change_hands(membership: Membership, terms: Terms, *, on: date) -> None:
    _demand_fit(membership, terms, on)
    was_deputy = membership.is_deputy
    last = terms.until or membership.valid_to
    own = terms.successor.memberships.current(on=terms.from_on)
    held = own.filter(agency=membership.agency_id, role=membership.role).first()
    is_promoted = held is not None and held.is_deputy and not was_deputy
    _give_up(membership, terms)
    if held is not None and is_promoted:
        _give_up(held, terms)
    if held is None or is_promoted:
        _write(terms.successor, membership, was_deputy, terms.from_on, last)
    if terms.stays_as_deputy:
        _write(membership.user, membership, True, terms.from_on, last)


def _demand_fit(membership: Membership, terms: Terms, on: date) -> None:
    role, until = Role(membership.role), terms.until
    is_primary = role == Role.LIAISON and not membership.is_deputy
    refusals = {
        "三员的角色不办理交接，请分别终止和授予。": membership.role_group != RoleGroup.BUSINESS,
        "接手人不能是交出人本人。": membership.user_id == terms.successor.pk,
        "接手人的账号已停用，请先由系统管理员启用。": not terms.successor.is_active,
        "交接日期不能早于今天。": terms.from_on < on,
        "交接当日这一任职须在任期之内。": not membership.holds(on=terms.from_on),
        "代理截止不能早于交接日期。": until is not None and until < terms.from_on,
        "代理截止须在这一任职的任期之内。": until is not None and not membership.holds(on=until),
        "统筹岗的交接自办理当日起生效，已开始的审核随即移交。": role in AT_ONCE_ONLY
        and terms.from_on != on,
        "只有A岗联络员可以转任B岗。": terms.stays_as_deputy and not is_primary,
    }
    for sentence, holds in refusals.items():
        if holds:
            raise DomainError(sentence)


def _give_up(membership: Membership, terms: Terms) -> None:
    """Cut the days of the handover out of a membership; keep what is left before and after."""
    rest, owner = membership.valid_to, membership.user
    if membership.valid_from < terms.from_on:
        membership.valid_to = terms.from_on - ONE_DAY
        membership.save(update_fields=["valid_to"])
    else:
        membership.delete()
    if terms.until is not None and (rest is None or rest > terms.until):
        _write(owner, membership, membership.is_deputy, terms.until + ONE_DAY, rest)


def _write(user: User, like: Membership, is_deputy: bool, first: date, last: date | None) -> None:
    drafted = draft_membership(
        user,
        agency=like.agency,
        role=Role(like.role),
        valid_from=first,
        valid_to=last,
        is_deputy=is_deputy,
    )
    drafted.full_clean()
    drafted.save()


def _pass_on(membership: Membership, terms: Terms, at: datetime) -> list[str]:
    holder, successor = membership.user, terms.successor
    role, agency = Role(membership.role), membership.agency
    return [
        words
        for pass_on in hooks_on_handover()
        for words in pass_on(holder, successor, role=role, agency=agency, at=at)
    ]


def _tell_both(membership: Membership, terms: Terms, passed_on: list[str], at: datetime) -> None:
    post = f"{membership.agency} {membership.role_words}"
    more = f"；已移交：{'、'.join(passed_on)}" if passed_on else ""
    kind, holder, successor = AgencyMessage.HANDED_OVER, membership.user, terms.successor
    stays = "，您转任B岗" if terms.stays_as_deputy else ""
    words = f"您的“{post}”{_span(terms)}由{successor.name}接手{stays}{more}。"
    tell([holder], kind=kind, sentence=words, at=at)
    words = f"{holder.name}的“{post}”{_span(terms)}由您接手{more}。"
    tell([successor], kind=kind, sentence=words, url="/", at=at)


def _span(terms: Terms) -> str:
    first = f"自{long_date(terms.from_on)}起"
    return f"{first}至{long_date(terms.until)}" if terms.until else first
