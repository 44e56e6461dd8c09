"""A code is sent to a mobile or to an e-mail, for one of five purposes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('users', '0006_second_factors'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='verifycode',
            name='code_latest',
        ),
        migrations.RenameField(
            model_name='verifycode',
            old_name='mobile',
            new_name='address',
        ),
        migrations.AlterField(
            model_name='verifycode',
            name='address',
            field=models.CharField(max_length=100, verbose_name='mobile or e-mail'),
        ),
        migrations.AlterField(
            model_name='verifycode',
            name='purpose',
            field=models.CharField(choices=[('register', 'register'), ('login', 'log in'), ('reset', 'reset the password'), ('bind', 'prove a new address'), ('unbind', 'give an address up')], max_length=10, verbose_name='purpose'),
        ),
        migrations.AddIndex(
            model_name='verifycode',
            index=models.Index(fields=['address', 'purpose', '-id'], name='code_latest'),
        ),
    ]
