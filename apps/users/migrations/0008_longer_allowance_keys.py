"""The key of an allowance has room for an e-mail."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('users', '0007_codes_by_address'),
    ]

    operations = [
        migrations.AlterField(
            model_name='codeallowance',
            name='key',
            field=models.CharField(max_length=160, unique=True, verbose_name='key'),
        ),
    ]
