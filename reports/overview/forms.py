"""The form of 总览: which notice."""

from django import forms
from django.db.models import Q

from measures.models import Notice


class NoticeForm(forms.Form):
    """A few words of the number or the title of a notice."""

    find = forms.CharField(max_length=60)

    def meant(self) -> Q:
        """Those that have them."""
        words = self.cleaned_data["find"]
        return Q(number__icontains=words) | Q(title__icontains=words)

    def found(self) -> Notice | None:
        """The first notice that has them."""
        return Notice.objects.filter(self.meant()).open_first().first()
