"""The response that shows a one-time password, which is stored nowhere, not even in the session."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from agencies.models import User
from agencies.permissions import Perm
from lib.http import UserRequest


def show_password(request: UserRequest, person: User, password: str, *, title: str) -> HttpResponse:
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
