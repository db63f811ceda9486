"""The form of 总览: which notice."""

from django import forms
from django.db.models import Q

from measures.models import Notice


class NoticeForm(forms.Form):
    """A few words of the number or the title of a notice."""

    find = forms.CharField(max_length=60)

    def found(self) -> Notice | None:
        """The first notice that has them."""
        words = self.cleaned_data["find"]
        known = Notice.objects.filter(Q(number__icontains=words) | Q(title__icontains=words))
        return known.order_by("pk").first()
