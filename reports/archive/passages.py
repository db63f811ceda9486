"""A report's prose for the editing pages: each passage with its edits and their authors."""

from typing import NamedTuple

from lib.diff import Span, changes
from lib.official.edits import Passage, passages_of
from reports.kinds import generated_for
from reports.models import Report, ReportEdit
from reports.rules.editing import FigureChange, figure_change


class ShownPassage(NamedTuple):
    passage: Passage
    history: list[ReportEdit]

    @property
    def version(self) -> int:
        return self.history[0].version if self.history else 0

    @property
    def text(self) -> str:
        return self._or_generated(self.history[0].text if self.history else None)

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n")

    @property
    def versions(self) -> list[tuple[ReportEdit, list[Span]]]:
        """Each version with its changes from the previous one, the newest first."""
        before = [*(edit.text for edit in self.history[1:]), None]
        pairs = zip(self.history, before, strict=True)
        said = self._or_generated
        return [(edit, changes(said(was), said(edit.text))) for edit, was in pairs]

    def _or_generated(self, text: str | None) -> str:
        return self.passage.text if text is None else text

    @property
    def generated(self) -> list[str]:
        return self.passage.text.split("\n")

    @property
    def is_edited(self) -> bool:
        return self.text != self.passage.text

    @property
    def spans(self) -> list[Span]:
        return changes(self.passage.text, self.text)

    @property
    def figures(self) -> FigureChange:
        return figure_change(self.passage.text, self.text)


class EditPage(NamedTuple):
    passages: list[ShownPassage]
    # Edits of passages that the current version of the system no longer generates.
    without_place: list[ShownPassage]


def shown_for(report: Report) -> EditPage:
    """Return all passages of a report; only the edited ones if its text was not stored."""
    history: dict[str, list[ReportEdit]] = {}
    for edit in ReportEdit.objects.of(report.pk).select_related("by"):
        history.setdefault(edit.key, []).append(edit)
    passages = [] if report.keeps_files_only else passages_of(generated_for(report))
    shown = [ShownPassage(passage, history.pop(passage.key, [])) for passage in passages]
    return EditPage(shown, [_without_place(edits) for edits in history.values()])


def _without_place(history: list[ReportEdit]) -> ShownPassage:
    newest = history[0]
    return ShownPassage(Passage(newest.key, newest.heading, text=""), history)
