"""The keys of results are checked a statement at a time, as those of lines are (decision 10).

Row by row at the end of each transaction they took as long as writing the results of a million lines. The same promise is
kept otherwise: a result that names a run or a line that is not there is refused with its statement, none changes what it
names, and a run is never deleted; nor is a line that was signed.
"""

import django.db.models.deletion
from django.db import migrations, models

KEYS = """
CREATE OR REPLACE FUNCTION wall_compared() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT run_id FROM added) named
        WHERE NOT EXISTS (SELECT 1 FROM disclosures_matchrun r WHERE r.id = named.run_id)
    ) THEN
        RAISE EXCEPTION 'wall: a result names a comparison that is not there' USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM added a WHERE NOT EXISTS (
            SELECT 1 FROM requests_line l WHERE l.id = a.line_id AND l.until_version IS NULL
              AND l.standing IN ('complete', 'accepted'))
    ) THEN
        RAISE EXCEPTION 'wall: only a line that the gate or counsel accepted is compared'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$wall$;

CREATE FUNCTION wall_result_keys() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    RAISE EXCEPTION 'wall: a result keeps its comparison and its line' USING ERRCODE = 'check_violation';
END
$wall$;
CREATE TRIGGER wall_result_keys BEFORE UPDATE ON disclosures_matchresult
    FOR EACH ROW WHEN (OLD.run_id <> NEW.run_id OR OLD.line_id <> NEW.line_id) EXECUTE FUNCTION wall_result_keys();
ALTER TABLE disclosures_matchresult ENABLE ALWAYS TRIGGER wall_result_keys;

CREATE FUNCTION wall_run_kept() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    RAISE EXCEPTION 'wall: comparisons are never deleted' USING ERRCODE = 'restrict_violation';
END
$wall$;
CREATE TRIGGER wall_run_kept BEFORE DELETE ON disclosures_matchrun FOR EACH ROW EXECUTE FUNCTION wall_run_kept();
ALTER TABLE disclosures_matchrun ENABLE ALWAYS TRIGGER wall_run_kept;
"""
BACK = """
DROP TRIGGER wall_run_kept ON disclosures_matchrun; DROP FUNCTION wall_run_kept();
DROP TRIGGER wall_result_keys ON disclosures_matchresult; DROP FUNCTION wall_result_keys();
CREATE OR REPLACE FUNCTION wall_compared() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added a WHERE NOT EXISTS (
            SELECT 1 FROM requests_line l WHERE l.id = a.line_id AND l.until_version IS NULL
              AND l.standing IN ('complete', 'accepted'))
    ) THEN
        RAISE EXCEPTION 'wall: only a line that the gate or counsel accepted is compared'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$wall$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('disclosures', '0002_wall'),
        ('requests', '0007_event_lock'),
    ]

    operations = [
        migrations.AlterField(
            model_name='matchresult',
            name='run',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='results', to='disclosures.matchrun'),
        ),
        migrations.AlterField(
            model_name='matchresult',
            name='line',
            field=models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='match_result', to='requests.line'),
        ),
        migrations.RunSQL(KEYS, BACK),
    ]
