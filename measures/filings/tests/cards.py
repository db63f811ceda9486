"""Cards of 本期应报 as the browser sends them."""

from django.urls import reverse


def typed(filing, **fields):
    """Return the data that the browser sends for one card."""
    values = {
        "revision": 0,
        "progress": "三季度推进一件事。",
        "problems": "",
        "next_steps": "",
        "help_needed": "",
        "claimed_stage": "under_way",
        "confidence": "green",
        "confidence_reason": "",
    } | fields
    return {f"f{filing.pk}-{name}": value for name, value in values.items()}


def save(client, filing, *, script=False, **fields):
    """Press 保存草稿, or let the page's script save."""
    headers = {"HX-Request": "true"} if script else {}
    address = reverse("measures:filing_save", args=[filing.pk])
    return client.post(address, typed(filing, **fields), headers=headers)
