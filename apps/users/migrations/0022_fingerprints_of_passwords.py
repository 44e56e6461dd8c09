from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("users", "0021_compared_to_the_letter"),
    ]

    operations = [
        migrations.RenameField(
            model_name="devicesession", old_name="password_mark", new_name="password_fingerprint"
        ),
        migrations.RenameField(model_name="applogin", old_name="password_mark", new_name="password_fingerprint"),
        migrations.RenameField(model_name="applogin", old_name="code_mark", new_name="code_hash"),
        migrations.AlterField(
            model_name="devicesession",
            name="password_fingerprint",
            field=models.CharField(
                default="", editable=False, max_length=64, verbose_name="fingerprint of the password"
            ),
        ),
        migrations.AlterField(
            model_name="applogin",
            name="password_fingerprint",
            field=models.CharField(max_length=64, verbose_name="fingerprint of the password"),
        ),
        migrations.AlterField(
            model_name="applogin",
            name="code_hash",
            field=models.CharField(
                db_index=True, default="", editable=False, max_length=64, verbose_name="hash of the code"
            ),
        ),
    ]
