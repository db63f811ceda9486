"""A person's office telephone, apart from their own: it is printed on letters and can be called."""

import django.core.validators
from django.db import migrations, models
from django.db.models import F

LANDLINE = r"^\(?0[1-9]"  # an area code: a mobile begins with 1


def move_landlines(apps, schema_editor):
    """Until now both stood in one field, which letters printed whole."""
    found = apps.get_model("agencies", "User").objects.filter(phone__regex=LANDLINE)
    found.update(office_phone=F("phone"), phone="")


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0009_message_kinds_by_app'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='office_phone',
            field=models.CharField(blank=True, max_length=20, validators=[django.core.validators.RegexValidator('^[0-9+() -]{5,20}$', '电话只能含数字、空格和 + ( ) -，5 至 20 位。')], verbose_name='办公电话'),
        ),
        migrations.AlterField(
            model_name='user',
            name='phone',
            field=models.CharField(blank=True, max_length=20, validators=[django.core.validators.RegexValidator('^[0-9+() -]{5,20}$', '电话只能含数字、空格和 + ( ) -，5 至 20 位。')], verbose_name='手机'),
        ),
        migrations.RunPython(move_landlines, migrations.RunPython.noop),
    ]
