"""Words about filings and the notes in them."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from agencies.permissions import Perm
from measures.choices import Confidence, Decision, FilingState
from measures.querysets.indicator import asked_rows, figure_rows, late_milestone_rows
from measures.rules.arrival import INSIDE
from measures.rules.workflow import OPEN_TO_LIAISON

if TYPE_CHECKING:
    from agencies.models import User


def owed_q(prefix: str = "") -> Q:
    """Counts among what was asked for (rules.arrival), seen from where `prefix` leads."""
    return ~Q(**{f"{prefix}state": FilingState.WAIVED})


def arrived_q(prefix: str = "") -> Q:
    """Counts as filed (rules.arrival), seen from where `prefix` leads."""
    withdrawn = Q(
        **{
            f"{prefix}state__in": INSIDE,
            f"{prefix}mend_by__isnull": True,
            f"{prefix}accepted_note__isnull": True,
        }
    )
    return Q(**{f"{prefix}first_submitted_at__isnull": False}) & ~withdrawn


class FilingQuerySet(QuerySet):
    """Filings: what one agency owes for one measure in one period."""

    def visible_to(self, user: "User") -> Self:
        """That a filing exists, and where it stands, every business role sees."""
        return self if user.can(Perm.READ) else self.none()

    def readable_by(self, user: "User", *, on: date) -> Self:
        """Those whose unaccepted notes the person may read.

        The filing agency's own people, the commission, and the measure's lead.
        """
        if user.can(Perm.READ_UNACCEPTED):
            return self
        own = user.own_agencies()
        lead = apps.get_model("measures", "Responsibility").objects.valid(on=on)
        leading = lead.filter(measure=OuterRef("measure"), role="lead", agency__in=own)
        return self.filter(Q(agency__in=own) | Exists(leading))

    def owed_by(self, agency_ids: Collection[int]) -> Self:
        """Those of some agencies."""
        return self.filter(agency__in=agency_ids)

    def awaiting_review(self) -> Self:
        """Submitted, and not decided yet; oldest first."""
        return self.filter(state="submitted").order_by("first_submitted_at", "id")

    def awaiting_approval(self, agency_ids: Collection[int]) -> Self:
        """Handed in for approval inside some agencies; oldest first."""
        return self.filter(state="in_agency", agency__in=agency_ids).order_by("id")

    def open_to_liaison(self) -> Self:
        """Those that the agency's people may write on (rules.workflow)."""
        return self.filter(state__in=OPEN_TO_LIAISON)

    def filed(self) -> Self:
        """Those that have left the agency at least once."""
        return self.filter(first_submitted_at__isnull=False)

    def owed(self) -> Self:
        """Those that count among what was asked for."""
        return self.filter(owed_q())

    def arrived(self) -> Self:
        """Those that count as filed: the SQL spelling of Filing.is_in."""
        return self.filter(arrived_q())

    def missing(self) -> Self:
        """Those that are owed and not in."""
        return self.owed().exclude(arrived_q())

    def accepted_in_main(self) -> Self:
        """Those with an accepted note, in opened periods of their notice's main kind."""
        main = self.filter(period__kind=F("period__notice__main_kind"))
        return main.filter(accepted_note__isnull=False).exclude(period__state="draft")

    def unfiled(self) -> Self:
        """Those that never left the agency and were not waived."""
        return self.filter(first_submitted_at__isnull=True).exclude(state="waived")

    def telling(self, *, due: Iterable[int], accepted: Iterable[int]) -> Self:
        """Those that today's light may look at.

        Of the periods that are due the lead's and the unfiled; of those with the newest accepted
        notes the ones whose agency doubts.
        """
        unfiled = Q(first_submitted_at__isnull=True) & ~Q(state="waived")
        doubtful = Q(accepted_note__confidence__in=[Confidence.YELLOW, Confidence.RED])
        owing = Q(period__in=due) & (Q(role="lead") | unfiled)
        return self.filter(owing | Q(period__in=accepted) & doubtful)

    def late(self, *, on: date) -> Self:
        """Unfiled and past due. Due today is not late."""
        return self.unfiled().filter(due_on__lt=on)

    def filed_late(self) -> Self:
        """迟报: those that first left the agency after the due day (rules.periods.is_late)."""
        return self.filter(first_submitted_at__date__gt=F("due_on"))

    def with_history(self) -> Self:
        """With `has_ever_filed`: whether its agency filed for its measure in any main period."""
        same = self.model._default_manager.filter(
            measure=OuterRef("measure"),
            agency=OuterRef("agency"),
            period__kind=F("period__notice__main_kind"),
        )
        return self.annotate(has_ever_filed=Exists(same.filter(arrived_q())))

    def with_protocol(self) -> Self:
        """Add `agency_order`: the place of its agency in the protocol."""
        return self.annotate(agency_order=F("agency__order"))

    def with_counted(self, *, on: date) -> Self:
        """Fetch in the same query which indicators each asks for, and what is overdue.

        For Filing.asked and Filing.late_milestones: of the agency's own, with the last value.
        """
        late = ArraySubquery(late_milestone_rows(on=on))
        return self.with_asked().annotate(milestones_found=late)

    def with_asked(self) -> Self:
        """Fetch only which indicators each asks for: what a form needs that is only read."""
        return self.annotate(asked_found=ArraySubquery(asked_rows()))

    def with_returns(self) -> Self:
        """Add `returns`: how often the commission sent a version back."""
        sent_back = Q(notes__review__decision=Decision.RETURN, notes__left_at__isnull=False)
        return self.annotate(returns=Count("notes", filter=sent_back))

    def with_newest(self) -> Self:
        """Fetch only the version in hand as `versions`, without its long texts, for lists."""
        notes = (
            apps.get_model("measures", "Note")
            .objects.standing()
            .order_by("filing_id", "-version")
            .distinct("filing_id")
            .defer("progress", "problems", "next_steps", "help_needed")
            .select_related("review__begun_by")
        )
        return self.prefetch_related(Prefetch("notes", notes, to_attr="versions"))

    def with_drafts(self) -> Self:
        """Fetch only the version in hand as `versions`, with its author and review."""
        notes = (
            apps.get_model("measures", "Note")
            .objects.standing()
            .order_by("filing_id", "-version")
            .distinct("filing_id")
            .select_related("author", "review")
            .with_figures()
        )
        return self.prefetch_related(Prefetch("notes", notes, to_attr="versions"))

    def with_notes(self) -> Self:
        """Fetch all versions of each, newest first, as `versions`, with authors and reviews."""
        notes = (
            apps.get_model("measures", "Note")
            .objects.order_by("-version")
            .select_related("author", "submitted_by", "dropped_by", "review__decided_by")
            .with_figures()
            .prefetch_related("evidence")
        )
        return self.prefetch_related(Prefetch("notes", notes, to_attr="versions"))


class NoteQuerySet(QuerySet):
    """Versions of filings' contents."""

    def with_figures(self) -> Self:
        """Fetch what each says of indicators in the same query, for Note.shown_figures."""
        return self.annotate(figures_found=ArraySubquery(figure_rows()))

    def standing(self) -> Self:
        """All but those set aside with a dropped correction: the newest is the one in hand."""
        return self.filter(dropped_at__isnull=True)

    def frozen(self) -> Self:
        """Those that were handed in, and so never change."""
        return self.filter(submitted_at__isnull=False)

    def touched_by(self, user: "User") -> Self:
        """Those a person wrote, handed in, or approved inside the agency."""
        return self.filter(Q(author=user) | Q(submitted_by=user) | Q(approved_by=user))


class ReviewQuerySet(QuerySet):
    """Reviews of versions."""

    def decided(self) -> Self:
        """Those that came to a decision, the newest first."""
        return self.exclude(decision="").order_by("-decided_at", "-pk")

    def under_way(self) -> Self:
        """Those begun and not decided."""
        return self.filter(decision="")

    def of_what_left(self) -> Self:
        """The commission's: of versions that left their agency."""
        return self.filter(note__left_at__isnull=False)

    def of_agencies(self, agency_ids: Collection[int]) -> Self:
        """Those of some agencies' versions, by the commission or inside the agency."""
        return self.filter(note__filing__agency__in=agency_ids)
