"""Files that no sheet names any more: what a killed process had stored before its row."""

from datetime import datetime, timedelta

from django.core.files.storage import default_storage

from measures.models import SheetImport
from measures.sheets.actions import FOLDER

KEPT_FOR = timedelta(days=1)  # longer than any upload or check takes to write its row


def remove_strays(*, at: datetime) -> int:
    """Delete stored files that no row names; returns how many."""
    if not default_storage.exists(FOLDER):
        return 0
    rows = SheetImport.objects.values_list("file", "marked")
    named = {name for names in rows for name in names}
    stored = [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]]
    strays = [
        name
        for name in stored
        if name not in named and default_storage.get_modified_time(name) < at - KEPT_FOR
    ]
    for name in strays:
        default_storage.delete(name)
    return len(strays)
