"""The form of 总览: which notice."""

from django import forms

from measures.models import Notice


class NoticeForm(forms.Form):
    """A few words of the number or the title of a notice."""

    find = forms.CharField(max_length=60)

    def found(self) -> Notice | None:
        """The first notice that has them."""
        return Notice.objects.named_like(self.cleaned_data["find"]).open_first().first()
