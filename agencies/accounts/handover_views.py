"""交接: the security administrator passes a person's post on to a successor."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from agencies.accounts.handover import hand_over
from agencies.accounts.handover_forms import HandoverForm
from agencies.guards import allowed_to
from agencies.models import Membership, User
from agencies.permissions import Perm
from lib.forms import carry_out, form_page
from lib.http import UserRequest


@require_http_methods(["GET", "POST"])
@allowed_to(Perm.KEEP_MEMBERSHIPS)
def handover(request: UserRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    posts = list(Membership.objects.to_hand_over(person, on=localdate()))
    form = _form(request, person, posts)
    carry_out(request, form, hand_over)
    if not form.is_valid():
        context = {"person": person, "posts": posts, "form": form}
        return form_page(request, "agencies/accounts/handover.html", context, form)
    words = f"已将{person.name}的角色交由{form.terms.successor.name}，双方将收到通知。"
    messages.success(request, words)
    return redirect("agencies:account", pk)


def _form(request: UserRequest, person: User, posts: list[Membership]) -> HandoverForm:
    agency_ids = [post.agency_id for post in posts]
    successors = User.objects.who_may_follow(person, agency_ids, on=localdate())
    data = request.POST if request.method == "POST" else None
    initial: dict[str, object] = {"membership": request.GET.get("membership")}
    return HandoverForm(data, posts=posts, successors=successors, on=localdate(), initial=initial)
