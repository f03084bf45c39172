"""Files of lines on their way in; and what makes a million lines cheap to store.

A foreign key is checked row by row when the transaction ends: for three keys of 1.28 million lines that took longer than
writing them. The same promise is kept here a statement at a time: an INSERT or UPDATE of lines that names a request, an
engaged official or a rule set that is not there is refused at once, and none of the three is ever deleted.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEYS = """
CREATE FUNCTION wall_line_keys() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT disclosure_request_id, engaged_by_id, rule_set_id FROM changed) named
        WHERE NOT EXISTS (SELECT 1 FROM requests_disclosurerequest r WHERE r.id = named.disclosure_request_id)
           OR NOT EXISTS (SELECT 1 FROM requests_ruleset s WHERE s.digest = named.rule_set_id)
           OR (named.engaged_by_id IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM requests_engagedofficial o WHERE o.id = named.engaged_by_id))
    ) THEN
        RAISE EXCEPTION 'wall: a line names a request, an engaged official or a rule set that is not there'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$wall$;
CREATE TRIGGER wall_line_keys_insert AFTER INSERT ON requests_line
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION wall_line_keys();
CREATE TRIGGER wall_line_keys_update AFTER UPDATE ON requests_line
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION wall_line_keys();
ALTER TABLE requests_line ENABLE ALWAYS TRIGGER wall_line_keys_insert;
ALTER TABLE requests_line ENABLE ALWAYS TRIGGER wall_line_keys_update;

CREATE FUNCTION wall_named_by_lines() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    RAISE EXCEPTION 'wall: rows of % are kept: lines name them', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$wall$;
CREATE TRIGGER wall_named_by_lines BEFORE DELETE ON requests_engagedofficial
    FOR EACH ROW EXECUTE FUNCTION wall_named_by_lines();
CREATE TRIGGER wall_named_by_lines BEFORE DELETE ON requests_ruleset
    FOR EACH ROW EXECUTE FUNCTION wall_named_by_lines();
ALTER TABLE requests_engagedofficial ENABLE ALWAYS TRIGGER wall_named_by_lines;
ALTER TABLE requests_ruleset ENABLE ALWAYS TRIGGER wall_named_by_lines;
"""
DROP = """
DROP TRIGGER wall_line_keys_insert ON requests_line; DROP TRIGGER wall_line_keys_update ON requests_line;
DROP TRIGGER wall_named_by_lines ON requests_engagedofficial; DROP TRIGGER wall_named_by_lines ON requests_ruleset;
DROP FUNCTION wall_line_keys(); DROP FUNCTION wall_named_by_lines();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('requests', '0003_reference_data'),
    ]

    operations = [
        migrations.CreateModel(
            name='BatchLoad',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_at', models.DateTimeField()),
                ('phase', models.CharField(choices=[('arriving', 'Arriving'), ('arrived', 'To be looked at'), ('shown', 'Waits for your word'), ('parsing', 'The file is read'), ('checking', 'Names and addresses are read'), ('counting', 'Lines are held against each other'), ('storing', 'Lines are judged and stored'), ('done', 'Done'), ('cancelled', 'Cancelled'), ('refused', 'Refused')], max_length=9)),
                ('replaces', models.CharField(choices=[('all', 'All lines'), ('mended', 'The lines with the same numbers')], default='all', max_length=6)),
                ('once', models.CharField(blank=True, help_text='Drawn once a page: one page sent twice is one file.', max_length=32)),
                ('folder', models.CharField(help_text="Where its file lies, below the office's batch folder.", max_length=32, unique=True)),
                ('file_name', models.CharField(max_length=200)),
                ('size', models.PositiveBigIntegerField(help_text='Bytes of the whole file.')),
                ('arrived', models.PositiveBigIntegerField(default=0, help_text='Bytes that are here.')),
                ('file_digest', models.CharField(blank=True, help_text='SHA-256 of the file.', max_length=64)),
                ('looks', models.JSONField(default=dict, help_text='Kind, encoding, separator, columns, as it was understood.')),
                ('phase_since', models.DateTimeField()),
                ('begun_at', models.DateTimeField(blank=True, null=True)),
                ('version_before', models.PositiveIntegerField(blank=True, help_text="The request's version before it.", null=True)),
                ('line_count', models.PositiveIntegerField(default=0, help_text='Lines of the file, once it is read.')),
                ('findings', models.JSONField(default=list, help_text='Findings about the whole request that the lines together show.')),
                ('attempts', models.PositiveSmallIntegerField(default=0, help_text='Times a worker began without getting further.')),
                ('cancel_asked', models.BooleanField(default=False)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('refusal', models.TextField(blank=True, help_text='Why it was refused: the sentence for whoever sent it.')),
                ('disclosure_request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='loads', to='requests.disclosurerequest')),
                ('rule_set', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests.ruleset')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [
                    models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['id'], name='load_to_work_on'),
                    models.Index(fields=['disclosure_request', '-id'], name='load_of_request'),
                ],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('disclosure_request',), name='load_one_at_a_time'),
                    models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('phase__in', ['done', 'cancelled', 'refused'])), models.Q(models.Q(('phase__in', ['done', 'cancelled', 'refused']), _negated=True), ('ended_at__isnull', True)), _connector='OR'), name='load_ended_iff_over'),
                    models.CheckConstraint(condition=models.Q(('arrived__lte', models.F('size'))), name='load_arrived_within_size'),
                    models.CheckConstraint(condition=models.Q(models.Q(('phase', 'refused'), _negated=True), models.Q(('refusal', ''), _negated=True), _connector='OR'), name='load_refused_with_reason'),
                ],
            },
        ),
        migrations.CreateModel(
            name='LoadChunk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('lines', models.PositiveIntegerField()),
                ('is_read', models.BooleanField(default=False, help_text='Its names and addresses are read.')),
                ('is_stored', models.BooleanField(default=False)),
                ('verdicts', models.JSONField(default=dict, help_text='How many of its lines got which verdict.')),
                ('load', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chunks', to='requests.batchload')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('load', 'number'), name='chunk_once'),
                    models.CheckConstraint(condition=models.Q(('is_read', True), ('is_stored', False), _connector='OR'), name='chunk_read_before_stored'),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name='line',
            name='line_once',
        ),
        migrations.AlterField(
            model_name='line',
            name='disclosure_request',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='requests.disclosurerequest'),
        ),
        migrations.AlterField(
            model_name='line',
            name='engaged_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='requests.engagedofficial'),
        ),
        migrations.AlterField(
            model_name='line',
            name='rule_set',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests.ruleset'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.UniqueConstraint(fields=('disclosure_request', 'number', 'until_version'), name='line_once', nulls_distinct=False),
        ),
        migrations.RunSQL(KEYS, DROP),
    ]
