"""Accounts and roles, and administrators' accounts: for system and security administrator."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now

from agencies.accounts import admins as actions
from agencies.accounts import memberships, people
from agencies.accounts.forms import (
    AdminRequestForm,
    EmailForm,
    HandoverForm,
    IdentityForm,
    MembershipForm,
    PeopleFilter,
    PersonForm,
)
from agencies.accounts.handover import hand_over
from agencies.accounts.identities import link_identity, subject_of
from agencies.accounts.memberships import csv_lines, take_access_review
from agencies.accounts.second_factor import reset_second_factor
from agencies.choices import AccountState
from agencies.guards import GET, POST, allowed_to
from agencies.models import AdminRequest, Membership, User
from agencies.permissions import Perm
from lib.csv_file import csv_answer
from lib.errors import DomainError
from lib.forms import carried_out, carry_out, form_page
from lib.http import UserRequest, redirect_with

PER_PAGE = 20
SETTLED_MOST = 20


@allowed_to(Perm.KEEP_PEOPLE, Perm.KEEP_MEMBERSHIPS, methods=GET)
def accounts(request: UserRequest) -> HttpResponse:
    form = PeopleFilter(request.GET)
    form.is_valid()
    found = User.objects.with_state(at=now()).with_memberships(on=localdate())
    found = found.matching(form.cleaned_data.get("q", ""))
    found = found.in_state(form.cleaned_data.get("state", ""))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "is_filtered": any(form.cleaned_data.values()),
        "keeps_people": request.user.can(Perm.KEEP_PEOPLE),
    }
    return render(request, "agencies/accounts/accounts.html", context)


@allowed_to(Perm.KEEP_PEOPLE, Perm.KEEP_MEMBERSHIPS, methods=GET)
def access_review(request: UserRequest) -> StreamingHttpResponse:
    found = take_access_review(by=request.user, at=now())
    return csv_answer(csv_lines(found), f"账号与角色清单{localdate():%Y%m%d}.csv")


@allowed_to(Perm.KEEP_PEOPLE, methods=GET + POST)
def account_create(request: UserRequest) -> HttpResponse:
    form = PersonForm(request.POST if request.method == "POST" else None)
    made = carry_out(request, form, people.create_person)
    if made is None:
        context = {"form": form, "holder": _holder(form)}
        return form_page(request, "agencies/accounts/account_form.html", context, form)
    person, password = made
    return show_password(request, person, password, title="账号已建立")


@allowed_to(Perm.KEEP_PEOPLE, Perm.KEEP_MEMBERSHIPS, methods=GET)
def account(request: UserRequest, pk: int) -> HttpResponse:
    person = _person_or_404(pk)
    return _account_page(request, person, MembershipForm(person=person, on=localdate()))


@allowed_to(Perm.KEEP_PEOPLE, Perm.KEEP_MEMBERSHIPS, methods=POST)
def account_reset(request: UserRequest, pk: int) -> HttpResponse:
    person = _person_or_404(pk)
    password = people.reset_password(person, by=request.user, at=now())
    return show_password(request, person, password, title="密码已重置")


@allowed_to(Perm.KEEP_PEOPLE, methods=POST)
def account_second_factor(request: UserRequest, pk: int) -> HttpResponse:
    person = reset_second_factor(_person_or_404(pk), by=request.user, at=now())
    return redirect_with(
        request, f"“{person.username}”的两步验证已重置，本人将收到消息。", "agencies:account", pk
    )


@allowed_to(Perm.KEEP_PEOPLE, Perm.KEEP_MEMBERSHIPS, methods=POST)
def account_active(request: UserRequest, pk: int) -> HttpResponse:
    active = request.POST.get("active") == "1"
    person = people.set_active(_person_or_404(pk), by=request.user, active=active, at=now())
    messages.success(request, f"账号“{person.username}”已{'启用' if active else '停用'}。")
    return redirect("agencies:account", pk)


@allowed_to(Perm.KEEP_PEOPLE, methods=POST)
def account_email(request: UserRequest, pk: int) -> HttpResponse:
    person = _person_or_404(pk)
    form = EmailForm(request.POST)
    if not carried_out(request, form, people.set_email, person, "邮箱已保存，本人将收到消息。"):
        blank = MembershipForm(person=person, on=localdate())
        return _account_page(request, person, blank, email_form=form)
    return redirect("agencies:account", pk)


@allowed_to(Perm.KEEP_PEOPLE, methods=POST)
def account_identity(request: UserRequest, pk: int) -> HttpResponse:
    person = _person_or_404(pk)
    form = IdentityForm(request.POST)
    if not carried_out(request, form, link_identity, person, "关联已保存，本人将收到消息。"):
        blank = MembershipForm(person=person, on=localdate())
        return _account_page(request, person, blank, identity_form=form)
    return redirect("agencies:account", pk)


@allowed_to(Perm.KEEP_PEOPLE, Perm.KEEP_MEMBERSHIPS, methods=POST)
def account_unlock(request: UserRequest, pk: int) -> HttpResponse:
    person = people.unlock_account(_person_or_404(pk), by=request.user, at=now())
    return redirect_with(request, f"账号“{person.username}”已解除锁定。", "agencies:account", pk)


@allowed_to(Perm.KEEP_MEMBERSHIPS, methods=POST)
def membership_grant(request: UserRequest, pk: int) -> HttpResponse:
    person = _person_or_404(pk)
    form = MembershipForm(request.POST, person=person, on=localdate())
    granted = carry_out(request, form, memberships.grant_membership, person)
    if granted is None:
        return _account_page(request, person, form)
    return redirect_with(request, f"已授予{person.name}“{granted}”。", "agencies:account", pk)


@allowed_to(Perm.KEEP_PEOPLE, Perm.KEEP_MEMBERSHIPS, methods=POST)
def membership_end(request: UserRequest, pk: int, membership_pk: int) -> HttpResponse:
    found = get_object_or_404(Membership, pk=membership_pk, user_id=pk)
    ended = memberships.end_membership(found, by=request.user, on=localdate(), at=now())
    return redirect_with(request, f"已终止{ended.user.name}的“{ended}”。", "agencies:account", pk)


@allowed_to(Perm.KEEP_MEMBERSHIPS, methods=GET + POST)
def handover(request: UserRequest, pk: int) -> HttpResponse:
    """交接: hand over a person's post to a successor."""
    person = get_object_or_404(User, pk=pk)
    posts = list(Membership.objects.to_hand_over(person, on=localdate()))
    form = _handover_form(request, person, posts)
    carry_out(request, form, hand_over)
    if not form.is_valid():
        context = {"person": person, "posts": posts, "form": form}
        return form_page(request, "agencies/accounts/handover.html", context, form)
    moves = f"，{person.name}转任B岗" if form.terms.stays_as_deputy else ""
    words = f"已将{person.name}的角色交由{form.terms.successor.name}{moves}，双方将收到通知。"
    return redirect_with(request, words, "agencies:account", pk)


def _holder(form: PersonForm) -> User | None:
    """Return who has the requested username already, for instance after a form was sent twice."""
    if not form.has_error("username", code="unique"):
        return None
    return User.objects.filter(username=form["username"].value()).first()


def _person_or_404(pk: int) -> User:
    return get_object_or_404(User.objects.with_state(at=now()), pk=pk)


def _account_page(
    request: UserRequest,
    person: User,
    form: MembershipForm,
    email_form: EmailForm | None = None,
    identity_form: IdentityForm | None = None,
) -> HttpResponse:
    held = person.memberships.select_related("agency").order_by("-valid_from", "agency__order")
    is_self = person.pk == request.user.pk
    subject = subject_of(person)
    is_admin = User.objects.administrators(on=localdate()).filter(pk=person.pk).exists()
    context = {
        "person": person,
        "held": [(membership, membership.validity(on=localdate())) for membership in held],
        "posts": [one for one in held if one.is_post and one.holds(on=localdate())],
        "form": form,
        "email_form": email_form or EmailForm(),
        "subject": subject,
        "identity_form": identity_form or IdentityForm(initial={"subject": subject}),
        "has_provider": bool(settings.OIDC_OP_ISSUER),
        "may_set_email": request.user.can(Perm.KEEP_PEOPLE) and not is_self,
        "primaries": Membership.objects.primaries(on=localdate()).exclude(user=person),
        "locked_until": person.locked_until if person.state == AccountState.LOCKED else None,
        "is_self": is_self,
        "may_keep_account": request.user.can(Perm.KEEP_PEOPLE) and not (is_self or is_admin),
        "may_ask": is_admin and not is_self,
        "may_grant": request.user.can(Perm.KEEP_MEMBERSHIPS) and not is_self,
    }
    return form_page(
        request, "agencies/accounts/account.html", context, form, email_form, identity_form
    )


def _handover_form(request: UserRequest, person: User, posts: list[Membership]) -> HandoverForm:
    agency_ids = [post.agency_id for post in posts]
    successors = User.objects.who_may_follow(person, agency_ids, on=localdate())
    data = request.POST if request.method == "POST" else None
    initial: dict[str, object] = {
        name: request.GET.get(name) for name in ("membership", "successor")
    }
    return HandoverForm(data, posts=posts, successors=successors, on=localdate(), initial=initial)


@allowed_to(Perm.KEEP_ADMINS, methods=GET)
def admins(request: UserRequest) -> HttpResponse:
    found = User.objects.administrators(on=localdate()).with_state(at=now())
    requests = AdminRequest.objects.with_people()
    context = {
        "people": found.with_memberships(on=localdate()),
        "waiting": [(one, actions.bar_to_confirm(one, request.user)) for one in requests.open()],
        "settled": requests.exclude(pk__in=requests.open().values("pk"))[:SETTLED_MOST],
    }
    return render(request, "agencies/accounts/admins.html", context)


@allowed_to(Perm.KEEP_ADMINS, methods=GET + POST)
def admin_request(request: UserRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(User.objects.administrators(on=localdate()), pk=pk)
    form = AdminRequestForm(request.POST if request.method == "POST" else None, account=account)
    if made := carry_out(request, form, actions.ask_about_admin, account):
        return redirect_with(request, f"已申请{made}，须另一名管理员确认。", "agencies:admins")
    context = {"account": account, "form": form, "is_self": account.pk == request.user.pk}
    return form_page(request, "agencies/accounts/admin_request.html", context, form)


@allowed_to(Perm.KEEP_ADMINS, methods=POST)
def admin_request_decide(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(AdminRequest.objects.with_people(), pk=pk)
    word = request.POST.get("word")
    if word == "confirm":
        password = actions.confirm_request(found, by=request.user, at=now())
        if password:
            return show_password(request, found.account, password, title="密码已重置")
        return redirect_with(request, f"已{found}，本人将收到通知。", "agencies:admins")
    ends: dict[str | None, tuple[Callable[..., None], str]] = {
        "refuse": (actions.refuse_request, "已不同意"),
        "withdraw": (actions.withdraw_request, "已撤回"),
    }
    if word not in ends:
        raise DomainError("请选择确认、不同意或撤回。")
    action, words = ends[word]
    action(found, by=request.user, at=now())
    return redirect_with(request, f"{words}{found}的申请。", "agencies:admins")


def show_password(request: UserRequest, person: User, password: str, *, title: str) -> HttpResponse:
    """Show a one-time password, which is stored nowhere, not even in the session."""
    context = {
        "person": User.objects.get(pk=person.pk),
        "password": password,
        "title": title,
        "back_url": reverse("agencies:admins"),
        "back_label": "管理员账号",
    }
    if request.user.can(Perm.KEEP_PEOPLE):
        own = {"back_url": reverse("agencies:account", args=[person.pk]), "back_label": person.name}
        context |= own
    return render(request, "agencies/accounts/one_time_password.html", context)
