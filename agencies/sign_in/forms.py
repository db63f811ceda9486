"""Forms for signing in and for a person's own password and second factor."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest
from django.utils.timezone import now

from agencies.accounts.passwords import demand_new
from agencies.models import User
from agencies.sign_in.lockout import judge_code, judge_password
from lib.errors import DomainError

WRONG_CODE = "验证码不正确，请输入手机上最新的6位数字，或一个没有用过的恢复码。"


class SignInForm(AuthenticationForm):
    """Username and password. All refusals are worded alike, to reveal nobody's account."""

    error_messages = {
        "invalid_login": (
            f"账号或密码不正确。同一账号连续输错{settings.LOGIN_FAILURES_ALLOWED}次，"
            f"将锁定{settings.LOGIN_LOCK_MINUTES}分钟。"
        ),
        "inactive": "账号或密码不正确。",
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].widget.attrs["spellcheck"] = "false"
        self.fields["password"].widget.attrs["autocomplete"] = "off"  # terminals are shared


class CodeForm(forms.Form):
    """The code of the second factor, or a recovery code."""

    code = forms.CharField(
        label="验证码",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
        help_text="手机验证器显示的6位数字；手机不在身边的，输入一个恢复码。",
        error_messages={"required": "请输入验证码。"},
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    def clean_code(self) -> str:
        """Check the code; a wrong one counts like a wrong password."""
        code = str(self.cleaned_data["code"])
        if not judge_code(self.user, code, at=now()):
            raise forms.ValidationError(WRONG_CODE)
        return code


class PasswordForm(forms.Form):
    """The password again: nobody may change how one signs in on a terminal left open."""

    password = forms.CharField(
        label="现在的密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请输入现在的密码。"},
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not judge_password(self.user, password, at=now()):
            raise forms.ValidationError(NewPasswordForm.error_messages["password_incorrect"])
        return password


class EnrolForm(PasswordForm):
    """The password, and the first code of a new second factor."""

    code = forms.CharField(
        label="验证码",
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        help_text="手机验证器显示的6位数字。",
        error_messages={"required": "请输入验证码。"},
    )


class NewPasswordForm(PasswordChangeForm):
    """The old password and, twice, the new one. The action saves it, not the form."""

    error_messages = {
        "password_incorrect": "现在的密码不正确，请重新输入。",
        "password_mismatch": "两次输入的新密码不一致。",
    }

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["old_password"].label = "现在的密码"
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"  # terminals are shared
        self.fields["new_password1"].label = "新密码"
        self.fields["new_password1"].help_text = "".join(password_validators_help_texts())
        self.fields["new_password2"].label = "再输一次新密码"
        self.fields["new_password2"].help_text = ""

    def validate_password_for_user(self, user: User, password_field_name: str = "") -> None:
        """Show errors of the new password at the field where it was typed first."""
        super().validate_password_for_user(user, "new_password1")

    def clean_old_password(self) -> str:
        """Check the old password; a wrong one counts like a failed sign-in."""
        password = str(self.cleaned_data["old_password"])
        if not judge_password(self.user, password, at=now()):
            raise forms.ValidationError(self.error_messages["password_incorrect"])
        return password

    def clean_new_password1(self) -> str:
        password = str(self.cleaned_data["new_password1"])
        try:
            demand_new(self.user, password)
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return password


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["office_phone", "phone", "email"]
        help_texts = {
            "office_phone": "用于工作联系：印在函件联系人之后；统筹岗可查看，其他人只见后四位。",
            "phone": "仅用于工作联系；不印在函件上，列表中只显示后四位。",
            "email": "用于邮件提醒，哪些消息发邮件在“收件箱—邮件提醒”中选择；他人只见首字母。",
        }
        widgets = {
            "office_phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
            "email": forms.TextInput(attrs={"type": "email", "autocomplete": "email"}),
        }
