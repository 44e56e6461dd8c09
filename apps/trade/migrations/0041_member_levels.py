import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trade', '0040_reduction_tiers'),
    ]

    operations = [
        migrations.CreateModel(
            name='MemberLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=30, unique=True, verbose_name='name')),
                ('percentage', models.PositiveSmallIntegerField(default=100, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='per cent of the price')),
            ],
            options={
                'verbose_name': 'member level',
                'verbose_name_plural': 'member levels',
                'ordering': ['-percentage', 'id'],
            },
        ),
        migrations.AddConstraint(
            model_name='memberlevel',
            constraint=models.CheckConstraint(condition=models.Q(('percentage__gte', 1), ('percentage__lte', 100)), name='member_level_percentage'),
        ),
    ]
