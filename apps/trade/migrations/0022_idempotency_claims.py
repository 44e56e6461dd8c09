import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trade', '0021_refund_pictures'),
    ]

    operations = [
        migrations.AddField(
            model_name='idempotencykey',
            name='claimed_until',
            field=models.DateTimeField(editable=False, null=True, verbose_name='claimed until'),
        ),
        migrations.AddField(
            model_name='idempotencykey',
            name='token',
            field=models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='token of the claim'),
        ),
    ]
