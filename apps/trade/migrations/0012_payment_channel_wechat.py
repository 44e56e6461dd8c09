from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0011_sandbox_notice"),
    ]

    operations = [
        migrations.AlterField(
            model_name="payment",
            name="channel",
            field=models.CharField(choices=[("alipay", "Alipay"), ("wechat", "WeChat Pay")], max_length=10, verbose_name="channel"),
        ),
    ]
