"""两步验证: setting up, checking and removing codes of an authenticator app (TOTP, RFC 6238)."""

import hashlib
import secrets
from base64 import b32decode, b32encode
from datetime import datetime
from hmac import compare_digest
from urllib.parse import quote, urlencode

import segno
from django.db import transaction
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django_otp.oath import hotp

from agencies.accounts.passwords import one_time_password
from agencies.accounts.people import demand_no_administrator, tell_holder
from agencies.audit import trail
from agencies.models import RecoveryCode, User
from agencies.permissions import Perm
from lib.encrypted import Unreadable
from lib.errors import DomainError

ISSUER = "扩大进口工作跟踪平台"
STEP_SECONDS = 30
# Accept the step before and after too: a telephone's clock may be wrong, and typing takes time.
STEPS_OFF = (0, -1, 1)
RECOVERY_CODES = 10
NONE_YET = "尚未启用两步验证。"


def new_secret() -> str:
    """Return a secret of 160 bits, as RFC 4226 recommends, in base 32 as apps expect it."""
    return b32encode(secrets.token_bytes(20)).decode()


def link_of(user: User, secret: str) -> str:
    """Return the link that opens an authenticator app on the same device."""
    label = quote(f"{ISSUER}:{user.username}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': ISSUER})}"


def picture_of(link: str) -> SafeString:
    """Return the link as a QR code for a telephone's camera: an SVG without inline styles."""
    return SafeString(segno.make_qr(link).svg_inline(scale=4, light="#fff"))


def step_of(secret: str, code: str, *, at: datetime) -> int | None:
    """Return the time step that a code of six digits belongs to; None if it is wrong."""
    if isinstance(secret, Unreadable):  # no code can be right; recovery codes still work
        return None
    now_step, key = int(at.timestamp()) // STEP_SECONDS, b32decode(secret)
    steps = (now_step + off for off in STEPS_OFF)
    typed = code.encode()
    return next((s for s in steps if compare_digest(f"{hotp(key, s):06}".encode(), typed)), None)


@transaction.atomic
def enrol(user: User, *, secret: str, code: str, at: datetime) -> list[str]:
    """Require codes of this secret from now on; return the person's recovery codes.

    Only their digests are stored, without salt: the codes are too long to be guessed. Raises
    DomainError for a wrong code, or if the person has a second factor already.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.totp_secret:
        raise DomainError("已经启用两步验证。")
    step = step_of(secret, bare(code), at=at)
    if step is None:
        raise DomainError("验证码不正确，请核对手机时间后输入最新的6位数字。")
    user.totp_secret, user.totp_step = secret, step
    user.save(update_fields=["totp_secret", "totp_step"])
    codes = [one_time_password() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=_digest(user, code)) for code in codes
    )
    trail.record("user.second_factor_on", user, by=user, at=at, sentence="启用了两步验证。")
    return codes


def accept_code(user: User, code: str, *, at: datetime) -> bool:
    """Return whether a code is right; each works once. The caller has locked the person."""
    step = step_of(user.totp_secret, bare(code), at=at)
    if step is not None and step > user.totp_step:
        user.totp_step = step
        user.save(update_fields=["totp_step"])
        return True
    used, _ = user.recovery_codes.filter(digest=_digest(user, code)).delete()
    if used:
        sentence = f"用恢复码通过两步验证，还剩{user.recovery_codes.count()}个。"
        trail.record("user.recovery_code", user, by=user, at=at, sentence=sentence)
    return bool(used)


@transaction.atomic
def switch_own_off(user: User, *, at: datetime) -> None:
    """Remove one's own second factor. Raises DomainError if there is none or it is required."""
    user = _locked(user)
    if user.must_have_second_factor:
        raise DomainError("您的角色须使用两步验证，不能停用；换手机的，请管理员重置。")
    _remove(user)
    trail.record("user.second_factor_off", user, by=user, at=at, sentence="停用了两步验证。")


@transaction.atomic
def reset_second_factor(user: User, *, by: User, at: datetime) -> User:
    """Remove a lost second factor. Raises as reset_password, and DomainError if there is none."""
    by.demand(Perm.KEEP_PEOPLE)
    if user.pk == by.pk:
        raise DomainError("不能重置自己的两步验证，请另一位系统管理员办理。")
    demand_no_administrator(user, on=localdate(at))
    return remove_factor(user, by=by, told=f"由{by.name}", at=at)


@transaction.atomic
def remove_factor(user: User, *, by: User | None, told: str, how: str = "", at: datetime) -> User:
    """Do what reset_second_factor does, without its checks (see people.renew_password)."""
    user = _locked(user)
    _remove(user)
    sentence = f"{how}重置了“{user.username}”的两步验证。"
    trail.record("user.second_factor_reset", user, by=by, at=at, sentence=sentence)
    tell_holder(user, f"您的两步验证已{told}重置。", at)
    return user


def demand_factor(user: User) -> None:
    if not user.totp_secret:
        raise DomainError(NONE_YET)


def bare(code: str) -> str:
    """Return a code without the spaces that people type between its groups."""
    return "".join(code.split())


def _locked(user: User) -> User:
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    demand_factor(user)
    return user


def _remove(user: User) -> None:
    user.totp_secret, user.totp_step = "", 0
    user.save(update_fields=["totp_secret", "totp_step"])
    user.recovery_codes.all().delete()


def _digest(user: User, code: str) -> str:
    return hashlib.sha256(f"{user.pk}:{bare(code)}".encode()).hexdigest()
