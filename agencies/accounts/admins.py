"""Changes to administrators' accounts: one of the three requests, a second one confirms.

Otherwise the system administrator, who resets passwords, could sign in as both of the others.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.accounts.people import demand_administrator, renew_password, switch
from agencies.accounts.second_factor import demand_factor, remove_factor
from agencies.audit import trail
from agencies.choices import AdminRequestState, AdminStep, AgencyMessage
from agencies.inbox.messages import settle_asked, tell
from agencies.models import AdminRequest, User
from agencies.permissions import Perm
from lib.errors import DomainError, demand_reason

OWN = "本人的账号由另外两名管理员办理。"
SAME_PERSON = "申请人不能自己确认，请另一名管理员确认。"
SAME_KIND = "确认人与申请人是同一类管理员，请另一类管理员确认。"
ASKER_GONE = "申请人已不是管理员，这项申请不能确认，请不同意后重新申请。"


@transaction.atomic
def ask_about_admin(
    account: User, *, step: AdminStep, reason: str, by: User, at: datetime
) -> AdminRequest:
    """Request a change to another administrator's account.

    Raises PermissionDenied unless `by` is one of the three; DomainError for their own account, for
    an account of no administrator, for a change that would change nothing, and without a reason;
    ValidationError while another request about the account is open.
    """
    by.demand(Perm.KEEP_ADMINS)
    reason = demand_reason(reason, step.label)
    account = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    demand_administrator(account, on=localdate(at))
    if account.pk == by.pk:
        raise DomainError(OWN)
    if account.is_active and step == AdminStep.ON:
        raise DomainError(f"账号“{account.username}”没有停用，不需要启用。")
    if not account.is_active and step == AdminStep.OFF:
        raise DomainError(f"账号“{account.username}”已经停用。")
    if step == AdminStep.FACTOR:
        demand_factor(account)
    request = AdminRequest(account=account, step=step, reason=reason, asked_by=by, asked_at=at)
    request.full_clean()
    request.save()
    sentence = f"申请{request}：{reason}"
    after = {"step": step, "account": account.username}
    trail.record("admin.ask", request, by=by, at=at, sentence=sentence, after=after)
    why = reason.rstrip("。")
    words = f"{by.name}申请{step.of('您')}：{why}。须另一名管理员确认；如不知情，请点“不同意”。"
    _tell([account], request, words, at)
    words = f"{by.name}申请{request}：{why}。请核实后确认。"
    _tell(_who_may_confirm(request, at), request, words, at)
    return request


@transaction.atomic
def confirm_request(request: AdminRequest, *, by: User, at: datetime) -> str:
    """Carry out a request; return the one-time password of a reset, else an empty string.

    The password is shown to the person who confirms: a false request gains its author nothing.
    Raises PermissionDenied, and DomainError where bar_to_confirm() names a reason.
    """
    by.demand(Perm.KEEP_ADMINS)
    request = _lock_open(request)
    if sentence := bar_to_confirm(request, by):
        raise DomainError(sentence)
    _settle(request, AdminRequestState.CONFIRMED, by=by, at=at)
    how = f"经{request.asked_by.name}申请、{by.name}确认，"
    told = f"由{request.asked_by.name}申请、{by.name}确认"
    password = ""
    if request.step == AdminStep.RESET:
        password = renew_password(request.account, by=by, how=how, told=told, at=at)
    elif request.step == AdminStep.FACTOR:
        remove_factor(request.account, by=by, how=how, told=told, at=at)
    else:
        active = request.step == AdminStep.ON
        switch(request.account, active=active, by=by, how=how, told=told, at=at)
    return password


@transaction.atomic
def refuse_request(request: AdminRequest, *, by: User, at: datetime) -> None:
    """Refuse a request. Any administrator may, also the one concerned, but not the requester."""
    by.demand(Perm.KEEP_ADMINS)
    request = _lock_open(request)
    if by.pk == request.asked_by_id:
        raise DomainError("这是您自己的申请，不再办理的请撤回。")
    _settle(request, AdminRequestState.REFUSED, by=by, at=at)
    trail.record("admin.refuse", request, by=by, at=at, sentence=f"不同意{request}的申请。")
    _tell([request.asked_by], request, f"{by.name}不同意您{request}的申请。", at)


@transaction.atomic
def withdraw_request(request: AdminRequest, *, by: User, at: datetime) -> None:
    by.demand(Perm.KEEP_ADMINS)
    request = _lock_open(request)
    if by.pk != request.asked_by_id:
        raise DomainError("只有申请人可以撤回。")
    _settle(request, AdminRequestState.WITHDRAWN, by=by, at=at)
    trail.record("admin.withdraw", request, by=by, at=at, sentence=f"撤回{request}的申请。")


def bar_to_confirm(request: AdminRequest, by: User) -> str:
    """Return why a person may not confirm a request; empty if they may.

    The person concerned and the requester may not, nor an administrator of the requester's kind:
    two people of one office do not check each other. The requester must still be an administrator.
    """
    barred: dict[str, Callable[[], bool]] = {
        OWN: lambda: by.pk == request.account_id,
        SAME_PERSON: lambda: by.pk == request.asked_by_id,
        SAME_KIND: lambda: bool(by.roles & request.asked_by.roles),
        ASKER_GONE: lambda: (
            not request.asked_by.is_active or not request.asked_by.can(Perm.KEEP_ADMINS)
        ),
    }
    return next((sentence for sentence, holds in barred.items() if holds()), "")


def _lock_open(request: AdminRequest) -> AdminRequest:
    """Lock the account, then its request. Raises DomainError if the request is settled."""
    User.objects.select_for_update(no_key=True).get(pk=request.account_id)
    request = AdminRequest.objects.with_people().get(pk=request.pk)
    if request.state != AdminRequestState.OPEN:
        raise DomainError("这项申请已经办结，请刷新页面查看结果。")
    return request


def _settle(request: AdminRequest, state: AdminRequestState, *, by: User, at: datetime) -> None:
    request.state, request.decided_by, request.decided_at = state, by, at
    request.full_clean()
    request.save()
    settle_asked(AgencyMessage.ACCOUNT, url=_url_of(request), at=at)


def _who_may_confirm(request: AdminRequest, at: datetime) -> list[User]:
    admins = User.objects.active().administrators(on=localdate(at))
    return [user for user in admins if not bar_to_confirm(request, user)]


def _tell(people: list[User], request: AdminRequest, sentence: str, at: datetime) -> None:
    tell(people, kind=AgencyMessage.ACCOUNT, sentence=sentence, url=_url_of(request), at=at)


def _url_of(request: AdminRequest) -> str:
    return f"{reverse('agencies:admins')}#request-{request.pk}"
