"""Responses of 本期应报: the whole page, one card, or the line that confirms a save."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.timezone import localdate, now

from agencies.models import User
from agencies.permissions import Perm
from lib.errors import DomainError, StaleError
from lib.http import UserRequest, address_of, page_of_row
from measures.chosen_notice import offered_notices, turn_to
from measures.filings.card import Card, card_for
from measures.filings.drafts import keep_with_draft
from measures.filings.elsewhere import elsewhere, shown_beside
from measures.filings.evidence import keep_files, kept_for_filings
from measures.filings.figures import add_asked
from measures.filings.forms import NoteForm, confirmable_in, prefix_of
from measures.filings.page import (
    DEBTS_MOST,
    DEBTS_WHOLE,
    OwedFilings,
    owed_filings,
    owed_in,
    page_of_cards,
    shows_all,
)
from measures.filings.statements import one_owed, opened_periods
from measures.models import Filing, KeptFile, Period
from measures.rules.periods import current_period

View = Callable[..., HttpResponse]


class NoticeFilings(NamedTuple):
    """What is owed for one notice, with its cards."""

    owed: OwedFilings
    cards: "Sequence[OpenCard]"


class OpenCard(NamedTuple):
    """A card with its form, if the person may write; with the typed text, if it was refused."""

    card: Card
    form: NoteForm | None
    stale: str = ""  # a sentence if somebody saved in between; the card shows both
    other: str = ""  # who saved, or where
    kept: Sequence[KeptFile] = ()  # the person's kept files
    withdraws: bool = False  # whether the person may withdraw the note


def own_filing(request: UserRequest, pk: int) -> Filing:
    """Return a filing of the person's agencies; the action checks whether they may write it."""
    ids = request.user.own_agencies()
    found: list[Filing] = one_owed(len(ids)).rows([pk, *ids]) if ids else []
    if not found:
        raise Http404
    add_asked(found)
    return found[0]


def bound_form(
    request: UserRequest, filing: Filing, *, is_final: bool = False, lacks_news: bool = False
) -> NoteForm:
    return NoteForm(
        request.POST,
        request.FILES,
        filing=filing,
        note=None,
        is_final=is_final,
        lacks_news=lacks_news,
    )


def shown_period(request: UserRequest) -> Period | None:
    """Return the period in the URL, else the current one; 404 for an unknown one."""
    wanted = request.GET.get("period")
    periods = periods_of(request)
    if wanted is None:
        kind = periods[0].main_kind if periods else ""
        return current_period(kind, periods=periods, on=localdate())
    found = [period for period in periods if str(period.pk) == wanted]
    return found[0] if found else get_object_or_404(Period.objects.none())


def page(
    request: UserRequest,
    period: Period | None,
    *,
    refused: NoteForm | None = None,
    stale: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render the page. `period`: of the chosen notice; cards of other notices are added."""
    user = request.user
    agencies = user.agencies_where(Perm.FILE) or user.agencies_where(Perm.APPROVE_IN_AGENCY)
    if period:  # the notice of the form that was sent
        turn_to(request, period.notice_id, is_page=False)
    periods = periods_of(request)
    period = next((one for one in periods if one == period), period)  # with its notice
    others, is_whole = _periods_beside(request), shows_all(request.GET)
    shown = shown_beside(period, others, is_whole=is_whole)
    owed = owed_in(shown, agencies, on=localdate())
    if refused:
        owed = [one.with_unsaved(refused.filing, is_asked=refused.asks) for one in owed]
    cards = [card for one in owed for card in one.cards]
    sent = refused.filing.pk if refused else None
    paged = page_of_cards(cards, request.GET, refused=sent)
    opened = _open_all(user, list(paged), refused, stale)
    groups = [_group(one, opened) for one in owed]
    most = DEBTS_WHOLE if is_whole else DEBTS_MOST
    context = {
        "agencies": agencies,
        "periods": periods,
        "elsewhere": elsewhere(agencies, shown, periods, others, on=localdate(), most=most),
        "is_whole": is_whole,
        "paged": paged,
        "period": period,
        "skipping": [one for one in shown if one.skipped_found],
        "groups": [group for group in groups if group.cards or not group.owed.cards],
        "has_cards": bool(cards),
        "has_debts": any(group.owed.late for group in groups),
        "names_notices": offered_notices(request).is_doubtful or len(groups) > 1,
        "files": user.can_anywhere(Perm.FILE),
        **_addresses(),
    }
    return render(request, "measures/filings/page.html", context, status=status)


def refused_page(request: UserRequest, form: NoteForm) -> HttpResponse:
    keep_chosen(request, form)
    if is_script(request):
        return saved_line(request, form.filing, refused=form)
    return page(request, form.filing.period, refused=form, status=422)


def saved_line(
    request: UserRequest, filing: Filing, *, refused: NoteForm | None = None
) -> HttpResponse:
    """Return the response for the script: saved or why not, the new revision, the page's bar."""
    agencies = request.user.agencies_where(Perm.FILE)
    owed = owed_filings(agencies, filing.period, on=localdate(), is_brief=True)
    if refused:
        owed = owed.with_unsaved(filing)
    card = next(card for card in owed.cards if card.filing.pk == filing.pk)
    context = {
        "card": card,
        "box": None if refused else _fresh_box(request, card),
        "owed": owed,
        "refused": refused,
        "on": localdate(),
        # The page's token, just checked: masking a new one takes a tenth of the request's time.
        "csrf_token": request.POST.get("csrfmiddlewaretoken") or get_token(request),
    }
    # Rendered without the request: its context processors would query the frame's counts.
    saved = render_to_string("measures/filings/_saved.html", context)
    return HttpResponse(saved, status=422 if refused else 200)


def _fresh_box(request: UserRequest, card: Card) -> OpenCard | None:
    """Return the card with a box to confirm repeated text, if the page does not have it yet."""
    if confirmable_in(request.POST, prefix_of(card.filing)) - {""} == {*card.repeats}:
        return None
    fresh = card_for(card.filing, on=card.on)
    return OpenCard(fresh, NoteForm(filing=card.filing, note=card.note))


def keep_chosen(request: UserRequest, form: NoteForm) -> None:
    """Store the files of a refused form: with the draft, else for the person who chose them."""
    tell_copies(request, form)
    uploads = form.fit_uploads
    if not uploads:
        return
    try:
        names = keep_with_draft(form.filing, uploads, by=request.user, at=now())
        where = "已随草稿存下"
    except (DomainError, ValidationError):
        names = keep_files(form.filing, uploads, by=request.user, at=now())
        where = "已为您留存，可填报时随之提交"
    if names:
        messages.info(request, f"{quoted(names)}{where}，不必重新选择。")
    if left := [upload.name for upload in uploads if upload.name not in names]:
        messages.warning(request, f"{quoted(left)}超出份数，没有存下。")


def tell_copies(request: UserRequest, form: NoteForm) -> None:
    if names := [upload.name for upload in form.copies]:
        messages.info(request, f"{quoted(names)}与已上传的一份材料内容相同，没有重复上传。")


def quoted(names: Iterable[str]) -> str:
    return "、".join(f"“{name}”" for name in names)


def keeps_all(view: View) -> View:
    """Decorator: if an action refuses a card, show the typed text again and store its files.

    If somebody else saved in between, answer 409 with both versions side by side.
    """

    @wraps(view)
    def shown(request: UserRequest, pk: int, **more: object) -> HttpResponse:
        try:
            return view(request, pk, **more)
        except (DomainError, ValidationError) as error:
            sent = bound_form(request, own_filing(request, pk))
            sent.is_valid()
            keep_chosen(request, sent)
            if isinstance(error, StaleError):
                return _both(request, pk, str(error))
            raise

    return shown


def is_script(request: UserRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _both(request: UserRequest, pk: int, sentence: str) -> HttpResponse:
    filing = own_filing(request, pk)
    owed = owed_filings([filing.agency], filing.period, on=localdate()).with_unsaved(filing)
    card = next(card for card in owed.cards if card.filing == filing)
    # The form keeps its old revision: only the button that resolves the conflict sends the newest.
    form = NoteForm(request.POST, filing=filing, note=card.note)
    if not is_script(request):
        return page(request, filing.period, refused=form, stale=sentence, status=409)
    context = {"card": card, "form": form, "stale": sentence, "other": _other(card, request.user)}
    context |= _addresses()
    return render(request, "measures/filings/_filing_card.html", context, status=409)


def _addresses() -> dict[str, str]:
    """Return the beginnings of the URLs on the cards."""
    filings = address_of("measures:my_filings")
    measures = page_of_row("measures:measure")
    return {"base": filings, "measures": measures}


def _other(card: Card, user: User) -> str:
    """Return who wrote the other text: 对方, or 另一页面 for the same person in another tab."""
    return "另一页面" if card.note and card.note.author_id == user.pk else "对方"


def _group(owed: OwedFilings, opened: list[OpenCard]) -> NoticeFilings:
    """Return what is owed in a period, with its cards that are on the page."""
    own = [one for one in opened if one.card.filing.period_id == owed.period.pk]
    return NoticeFilings(owed, own)


def _open_all(
    user: User, cards: list[Card], refused: NoteForm | None, stale: str
) -> list[OpenCard]:
    kept = kept_for_filings([card.filing for card in cards], by=user)
    opened = [_open(user, card, refused, stale) for card in cards]
    return [one._replace(kept=kept.get(one.card.filing.pk, ())) for one in opened]


def _open(user: User, card: Card, refused: NoteForm | None, stale: str) -> OpenCard:
    if refused is not None and refused.filing.pk == card.filing.pk:
        return OpenCard(card, refused, stale, _other(card, user))
    may_write = user.can(Perm.FILE, card.filing.agency_id)
    if "save" not in card.steps or not may_write:
        return OpenCard(card, None, withdraws=card.can_withdraw and may_write)
    previous = card.previous.accepted_note if card.previous else None
    # A returned version is frozen: the next version starts with its text.
    return OpenCard(card, NoteForm(filing=card.filing, note=card.note, previous=previous))


def periods_of(request: UserRequest) -> list[Period]:
    """Return the opened periods of one notice, newest first.

    The notice is that of the period in the URL, else the chosen one.
    """
    notice = offered_notices(request).pk
    return [period for period in _periods(request) if period.notice_id == notice]


def _periods_beside(request: UserRequest) -> list[Period]:
    """Return open periods of other notices in which the person's agencies file."""
    notice = offered_notices(request).pk
    return [period for period in _periods(request) if period.notice_id != notice]


def _periods(request: UserRequest) -> list[Period]:
    """Return the periods of this and of other notices, read once for each request."""
    if not hasattr(request, "filing_periods"):
        notice = offered_notices(request).pk if request.user.can(Perm.READ) else None
        ids = request.user.own_agencies()
        statement = opened_periods(len(ids), localdate())
        found = statement.rows([notice, *ids]) if notice and ids else []
        request.filing_periods = found  # type: ignore[attr-defined]
    periods: list[Period] = request.filing_periods  # type: ignore[attr-defined]
    return periods
