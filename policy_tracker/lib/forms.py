"""Form parts that know no model."""

from django import forms


class DayInput(forms.DateInput):
    """A day as browsers want it, 2026-11-23, whatever the language writes (HTML, 4.10.5.1.7)."""

    input_type = "date"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
