"""How many lines each rule spoke on, kept with the request: a page never counts a million lines."""

from django.db import migrations, models

COUNT = """
UPDATE requests_disclosurerequest r SET finding_counts = found.counts
FROM (
    SELECT disclosure_request_id, jsonb_object_agg(code, lines) AS counts
    FROM (
        SELECT disclosure_request_id, unnest(findings) AS code, count(*) AS lines FROM requests_line
        WHERE until_version IS NULL AND verdict <> 'accept' GROUP BY disclosure_request_id, code
    ) each
    GROUP BY disclosure_request_id
) found
WHERE found.disclosure_request_id = r.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('requests', '0005_recount'),
    ]

    operations = [
        migrations.AddField(
            model_name='disclosurerequest',
            name='finding_counts',
            field=models.JSONField(default=dict, help_text='Rule code to the number of standing lines it spoke on.'),
        ),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
