import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0008_order_line_sums_checked"),
    ]

    operations = [
        migrations.AddField(
            model_name="sandboxtrade",
            name="channel",
            field=models.CharField(choices=[("alipay", "Alipay"), ("wechat", "WeChat Pay")], default="alipay", max_length=10, verbose_name="channel"),
        ),
        migrations.AddField(
            model_name="sandboxtrade",
            name="method",
            field=models.CharField(default="page", max_length=10, verbose_name="method"),
        ),
        migrations.AddField(
            model_name="sandboxtrade",
            name="payer",
            field=models.CharField(blank=True, default="", max_length=128, verbose_name="payer"),
        ),
        # So far the books held paid trades only.
        migrations.AddField(
            model_name="sandboxtrade",
            name="state",
            field=models.CharField(choices=[("open", "waiting for the buyer"), ("paid", "paid"), ("closed", "closed")], default="paid", max_length=8, verbose_name="state"),
        ),
        migrations.AlterField(
            model_name="sandboxtrade",
            name="state",
            field=models.CharField(choices=[("open", "waiting for the buyer"), ("paid", "paid"), ("closed", "closed")], default="open", max_length=8, verbose_name="state"),
        ),
        migrations.AddField(
            model_name="sandboxtrade",
            name="chaos",
            field=models.CharField(
                blank=True,
                choices=[('', 'nothing goes wrong'), ('duplicate', 'the notification comes three times'), ('late', 'the notification comes late'), ('out_of_order', 'the notifications come in the wrong order'), ('wrong_amount', 'the notification names another amount'), ('forged', 'the notification is signed by somebody else'), ('lost', 'the notification is lost'), ('refund_refused', 'refunds are refused'), ('slow', 'answers come too late'), ('failing', 'calls are answered with an error 500')],
                default="",
                max_length=16,
                verbose_name="what goes wrong",
            ),
        ),
        migrations.AddField(
            model_name="sandboxtrade",
            name="expires_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="to be paid until"),
        ),
        migrations.AddField(
            model_name="sandboxtrade",
            name="created_at",
            field=models.DateTimeField(auto_now_add=True, default=django.utils.timezone.now, verbose_name="created at"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="sandboxtrade",
            name="paid_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="paid at"),
        ),
        migrations.AlterField(
            model_name="sandboxtrade",
            name="out_trade_no",
            field=models.CharField(max_length=64, verbose_name="merchant's number"),
        ),
        migrations.AddConstraint(
            model_name="sandboxtrade",
            constraint=models.UniqueConstraint(fields=("channel", "out_trade_no"), name="sandbox_trade_once_per_number"),
        ),
        migrations.AddIndex(
            model_name="sandboxtrade",
            index=models.Index(fields=["channel", "paid_at"], name="sandbox_trade_of_day"),
        ),
    ]
