"""In which days the nearest clock counts, kept with the request beside its due day: a list says how many are left in those."""

from django.db import migrations, models

FILL = """
UPDATE requests_disclosurerequest r SET due_unit = nearest.unit
FROM (
    SELECT DISTINCT ON (disclosure_request_id) disclosure_request_id, unit FROM requests_clock
    WHERE ended_on IS NULL AND stopped_since IS NULL ORDER BY disclosure_request_id, due_on, unit
) nearest
WHERE nearest.disclosure_request_id = r.id AND r.due_date IS NOT NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('requests', '0008_no_index_by_engaged'),
    ]

    operations = [
        migrations.AddField(
            model_name='disclosurerequest',
            name='due_unit',
            field=models.CharField(blank=True, editable=False, help_text='In which days that clock counts.', max_length=8),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
