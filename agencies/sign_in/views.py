"""Signing in and out, and a person's own password, telephones and sessions."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from agencies import demonstration
from agencies.accounts import passwords, people, second_factor
from agencies.models import User
from agencies.models.session import mark_of
from agencies.sign_in import actions as sign_in
from agencies.sign_in.backend import count_against_address
from agencies.sign_in.forms import (
    WRONG_CODE,
    CodeForm,
    EnrolForm,
    NewPasswordForm,
    PasswordForm,
    ProfileForm,
    SignInForm,
)
from agencies.sign_in.lockout import judge_code
from agencies.sign_in.own_sessions import (
    BY_PROVIDER,
    await_code,
    awaited,
    begin_session,
    end_sessions,
)
from agencies.sign_in.provider_views import way_out
from lib.forms import form_page, submit
from lib.http import UserRequest, redirect_with


class SignIn(LoginView):
    """Django's view with our texts; it rotates the session's id and limits `next` to this host."""

    template_name = "agencies/sign_in/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    # The page shows the accounts only while the demonstration is loaded.
    extra_context = {
        "demo_accounts": demonstration.ACCOUNTS,
        "demo_password": demonstration.PASSWORD,
    }

    def get_context_data(self, **context: object) -> dict[str, object]:
        return super().get_context_data(has_provider=bool(settings.OIDC_OP_ISSUER), **context)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user, leads_to = form.get_user(), self.get_success_url()
        if user.totp_secret:
            await_code(self.request, user, leads_to=leads_to, at=now())
            return redirect("agencies:sign_in_code")
        begin_session(self.request, user, at=now())
        return HttpResponseRedirect(leads_to)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


@never_cache
@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step, after the right password."""
    user, leads_to, by_provider = awaited(request, at=now())
    if user is None or user.is_locked(at=now()):
        messages.warning(request, SignInForm.error_messages["invalid_login"])
        return redirect("agencies:login")
    form = CodeForm(request.POST if request.method == "POST" else None, user=user)
    if not form.is_valid():
        if form.is_bound:
            count_against_address(now())
        return form_page(request, "agencies/sign_in/code.html", {"form": form}, form)
    begin_session(request, user, at=now(), by_provider=by_provider)
    return HttpResponseRedirect(leads_to)


@never_cache
@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_in_again(request: HttpRequest) -> JsonResponse:
    """Sign in (POST) on a page whose session ended; return who is signed in, and a token."""
    if request.method == "POST":
        form = SignInForm(request, request.POST)
        if not form.is_valid():
            words = "".join(str(said) for found in form.errors.values() for said in found)
            return JsonResponse({"person": "", "refused": words}, status=422)
        if refused := _refused_code(form.get_user(), request.POST.get("code", "")):
            return JsonResponse({"person": "", "asks_code": True, "refused": refused}, status=422)
        begin_session(request, form.get_user(), at=now(), amid_work=True)
    user = request.user
    return JsonResponse(
        {"person": user.username if isinstance(user, User) else "", "token": get_token(request)}
    )


def _refused_code(user: User, code: str) -> str:
    """Return why the code does not sign a person in; empty if it is right or not needed."""
    if not user.totp_secret:
        return ""
    if not code:
        return "请再输入手机验证器显示的验证码。"
    if judge_code(user, code, at=now()):
        return ""
    count_against_address(now())
    return WRONG_CODE


@require_POST
@login_not_required
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on the server. Repeating it, or doing it after the end, does no harm."""
    leads_to = reverse("agencies:login")
    if isinstance(request.user, User):
        if request.session.get(BY_PROVIDER) and settings.OIDC_OP_END_SESSION_ENDPOINT:
            leads_to = way_out(request)
        sign_in.leave(request.user, at=now())
        logout(request)
        messages.success(request, "已退出登录。")
    return HttpResponseRedirect(leads_to)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password_change(request: UserRequest) -> HttpResponse:
    user = request.user
    form = NewPasswordForm(user, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        if User.objects.get(pk=user.pk).is_locked(at=now()):  # too many wrong old passwords
            logout(request)
            return redirect("agencies:login")
        context = {
            "form": form,
            "forced": user.must_change_password,
            "most_days": settings.PASSWORD_MAX_DAYS,
        }
        return form_page(request, "agencies/sign_in/password_form.html", context, form)
    user = passwords.change_password(user, password=form.cleaned_data["new_password1"], at=now())
    update_session_auth_hash(request, user)
    return redirect_with(request, "新密码已生效。", "home")


@require_http_methods(["GET", "POST"])
def profile(request: UserRequest) -> HttpResponse:
    own = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=own)
    if not form.is_valid():
        context = {
            "form": form,
            "sessions": request.user.sessions.alive(at=now()),
            "this": mark_of(request.session.session_key or ""),
        }
        return form_page(request, "agencies/sign_in/profile.html", context, form)
    people.edit_own_profile(request.user, **form.cleaned_data, at=now())
    return redirect_with(request, "已保存。", "agencies:profile")


@require_POST
def sessions_end(request: UserRequest) -> HttpResponse:
    """End one of one's own sessions by its mark, or all others if no mark is sent."""
    this = request.session.session_key or ""
    end_sessions(request.user, request.POST.get("mark", ""), but=this, at=now())
    return redirect_with(request, "已结束，那里须重新登录。", "agencies:profile")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def own_second_factor(request: UserRequest) -> HttpResponse:
    """两步验证: switch it on; the recovery codes are shown in this response and stored nowhere."""
    user = request.user
    if user.totp_secret:
        context = {"form": PasswordForm(user=user), "left": user.recovery_codes.count()}
        return render(request, "agencies/sign_in/second_factor_on.html", context)
    secret = request.session.setdefault("offered", second_factor.new_secret())
    form = EnrolForm(request.POST if request.method == "POST" else None, user=user)

    def enrol() -> list[str]:
        code = form.cleaned_data["code"]
        return second_factor.enrol(user, secret=secret, code=code, at=now())

    codes = submit(request, form, enrol)
    if codes is None:
        return _own_form(request, "agencies/sign_in/second_factor.html", form, secret=secret)
    del request.session["offered"]
    return render(request, "agencies/sign_in/recovery_codes.html", {"codes": codes})


@sensitive_post_parameters()
@require_POST
def own_second_factor_off(request: UserRequest) -> HttpResponse:
    second_factor.demand_factor(request.user)
    form = PasswordForm(request.POST, user=request.user)
    if not form.is_valid():
        return _own_form(request, "agencies/sign_in/second_factor_on.html", form)
    second_factor.switch_own_off(request.user, at=now())
    return redirect_with(request, "两步验证已停用，登录只凭密码。", "agencies:profile")


def _own_form(
    request: UserRequest, template: str, form: PasswordForm, *, secret: str = ""
) -> HttpResponse:
    """Show the form again, or the sign-in page if too many wrong passwords locked the account."""
    user = request.user
    if User.objects.get(pk=user.pk).is_locked(at=now()):
        logout(request)
        return redirect("agencies:login")
    link = second_factor.link_of(user, secret)
    context = {
        "form": form,
        "secret": secret,
        "link": link,
        "picture": second_factor.picture_of(link),
        "left": user.recovery_codes.count(),
    }
    return form_page(request, template, context, form)
