"""Telephone numbers and the second factor's secret: room for them as they are encrypted."""

from django.db import migrations

import lib.encrypted
from agencies.models.user import PHONE


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0019_second_factor'),
    ]

    operations = [
        migrations.AlterField(
            model_name='user',
            name='phone',
            field=lib.encrypted.EncryptedCharField(blank=True, max_length=20, validators=[PHONE], verbose_name='手机'),
        ),
        migrations.AlterField(
            model_name='user',
            name='office_phone',
            field=lib.encrypted.EncryptedCharField(blank=True, max_length=20, validators=[PHONE], verbose_name='办公电话'),
        ),
        migrations.AlterField(
            model_name='user',
            name='totp_secret',
            field=lib.encrypted.EncryptedCharField(blank=True, editable=False, max_length=40, verbose_name='两步验证密钥'),
        ),
    ]
