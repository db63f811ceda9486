"""管理员账号: the three administrators, and the requests about their accounts."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.accounts import admins as actions
from agencies.accounts.answers import show_password
from agencies.accounts.forms import AdminRequestForm
from agencies.guards import allowed_to
from agencies.models import AdminRequest, User
from agencies.permissions import Perm
from lib.errors import DomainError
from lib.forms import carry_out, form_page
from lib.http import UserRequest, redirect_with

SETTLED_MOST = 20


@require_GET
@allowed_to(Perm.KEEP_ADMINS)
def admins(request: UserRequest) -> HttpResponse:
    found = User.objects.administrators(on=localdate()).with_state(at=now())
    requests = AdminRequest.objects.with_people()
    context = {
        "people": found.with_memberships(on=localdate()),
        "waiting": [(one, actions.bar_to_confirm(one, request.user)) for one in requests.open()],
        "settled": requests.exclude(pk__in=requests.open().values("pk"))[:SETTLED_MOST],
    }
    return render(request, "agencies/accounts/admins.html", context)


@require_http_methods(["GET", "POST"])
@allowed_to(Perm.KEEP_ADMINS)
def admin_request(request: UserRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(User.objects.administrators(on=localdate()), pk=pk)
    form = AdminRequestForm(request.POST if request.method == "POST" else None, account=account)
    if made := carry_out(request, form, actions.ask_about_admin, account):
        return redirect_with(request, f"已申请{made}，须另一名管理员确认。", "agencies:admins")
    context = {"account": account, "form": form, "is_self": account.pk == request.user.pk}
    return form_page(request, "agencies/accounts/admin_request.html", context, form)


@require_POST
@allowed_to(Perm.KEEP_ADMINS)
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
