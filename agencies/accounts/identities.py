"""统一身份认证: links between accounts and the provider's subjects, only ever made by hand."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from agencies.accounts.people import demand_no_administrator, tell_holder
from agencies.audit import trail
from agencies.models import Identity, User
from agencies.permissions import Perm
from lib.errors import DomainError


@transaction.atomic
def link_identity(user: User, *, subject: str, by: User, at: datetime) -> User:
    """Link an account to a subject of the provider; an empty subject removes the link.

    Replacing a link ends the person's sessions. Raises PermissionDenied, DomainError for an
    administrator's account or without a provider, ValidationError for somebody else's subject.
    """
    by.demand(Perm.KEEP_PEOPLE)
    if not settings.OIDC_OP_ISSUER:
        raise DomainError("没有启用统一身份认证。")
    demand_no_administrator(user, on=localdate(at))
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if subject == subject_of(user):
        return user
    if Identity.objects.filter(user=user).delete()[0]:
        user.sessions.all().delete()
    if subject:
        identity = Identity(user=user, issuer=settings.OIDC_OP_ISSUER, subject=subject)
        identity.full_clean()
        identity.save()
        sentence = f"将“{user.username}”关联到统一身份认证的标识“{subject}”。"
    else:
        sentence = f"取消了“{user.username}”与统一身份认证的关联。"
    trail.record("user.link_identity", user, by=by, at=at, sentence=sentence)
    told = "关联统一身份认证" if subject else "取消与统一身份认证的关联"
    tell_holder(user, f"您的账号已由{by.name}{told}。", at)
    return user


def subject_of(user: User) -> str:
    """Return a person's subject at the provider that is configured now; empty without a link."""
    if not settings.OIDC_OP_ISSUER:
        return ""
    known = Identity.objects.filter(user=user, issuer=settings.OIDC_OP_ISSUER)
    return known.values_list("subject", flat=True).first() or ""


def person_of(subject: str) -> User | None:
    known = Identity.objects.filter(issuer=settings.OIDC_OP_ISSUER, subject=subject)
    return User.objects.filter(pk__in=known.values("user_id")).first()
