"""Recipients are found by their answers, so the lines need no index by who is engaged: it cost a fifteenth of a load."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('requests', '0007_event_lock'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='line',
            name='line_by_engaged',
        ),
    ]
