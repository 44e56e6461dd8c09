from django.db import migrations
from django.db.models import OuterRef, Subquery
from django.utils import timezone


def fill(apps, schema_editor):
    """Until now every order had one way to be paid, Alipay's page, and wrote no row for it."""
    Order, Attempt = apps.get_model("trade", "Order"), apps.get_model("trade", "PaymentAttempt")
    Payment = apps.get_model("trade", "Payment")
    batch = []
    for order in Order.objects.filter(attempts=None).order_by("pk").iterator(chunk_size=1000):
        is_open = order.status == "pending_payment"
        is_paid = not is_open and Payment.objects.filter(order=order).exists()
        batch.append(
            Attempt(
                order=order,
                channel="alipay",
                method="page",
                number=order.number,
                amount=order.total,
                state="open" if is_open else "paid" if is_paid else "closed",
                next_query_at=timezone.now() if is_open else None,
            )
        )
        if len(batch) == 1000:
            Attempt.objects.bulk_create(batch)
            batch.clear()
    Attempt.objects.bulk_create(batch)
    first = Attempt.objects.filter(order=OuterRef("order")).order_by("pk").values("pk")[:1]
    Payment.objects.filter(attempt=None).update(attempt=Subquery(first))


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0014_payment_of_attempt"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
