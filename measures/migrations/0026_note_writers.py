from django.contrib.postgres.indexes import GinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("measures", "0025_related_documents")]

    operations = [
        migrations.AddIndex("note", GinIndex(fields=["writers"], name="note_writers")),
    ]
