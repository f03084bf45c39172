"""Clocks that are counted anew when the calendar changes; reminders that were overtaken, and those given up by index."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests', '0004_batch_load'),
    ]

    operations = [
        migrations.CreateModel(
            name='Recount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('closure', models.ForeignKey(blank=True, help_text='Empty where the legal holidays changed.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='recounts', to='requests.closure')),
                ('days', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), help_text='The days that count otherwise than before.', size=None)),
                ('asked_at', models.DateTimeField()),
                ('reached', models.BigIntegerField(default=0, help_text='The id of the last request that is counted anew.')),
                ('moved_count', models.PositiveIntegerField(default=0, help_text='Requests of which a due day moved.')),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('holidays', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, default=list, help_text='The legal holidays as they were known when it was asked.', size=None)),
            ],
            options={
                'indexes': [
                    models.Index(condition=models.Q(('done_at__isnull', True)), fields=['id'], name='recount_to_do'),
                    models.Index(condition=models.Q(('closure__isnull', True)), fields=['-id'], name='recount_of_holidays'),
                ],
            },
        ),
        migrations.AlterField(
            model_name='notice',
            name='status',
            field=models.CharField(choices=[('queued', 'To be sent'), ('sent', 'Sent'), ('failed', 'Given up'), ('passed', 'Overtaken')], default='queued', max_length=6),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('status', 'failed')), fields=['-id'], name='notice_given_up'),
        ),
    ]
