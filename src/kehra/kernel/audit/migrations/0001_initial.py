"""The audit log as a table partitioned by month, which Django cannot make by itself."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models
from django.db.models.expressions import RawSQL

# Runs as its owner (SECURITY DEFINER), because the application's role owns no table; it
# therefore takes two table names and no others, and its search path is fixed.
FUNCTION = """
CREATE FUNCTION make_month_partitions(parent text, first_month date, last_month date)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE month date := date_trunc('month', first_month);
BEGIN
    IF parent NOT IN ('audit_auditentry', 'journal_journalentry') THEN
        RAISE EXCEPTION 'only the audit and the journal are partitioned, not %', parent;
    END IF;
    WHILE month <= last_month LOOP
        EXECUTE format(
            'CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
            parent || to_char(month, '_YYYY_MM'), parent,
            month::timestamp AT TIME ZONE 'UTC', (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
        month := month + interval '1 month';
    END LOOP;
END $$;
"""

TABLE = """
CREATE SEQUENCE audit_auditentry_id_seq;
CREATE TABLE audit_auditentry (
    id bigint NOT NULL DEFAULT nextval('audit_auditentry_id_seq'),
    at timestamptz NOT NULL,
    kind text NOT NULL,
    action text NOT NULL,
    rule text NOT NULL,
    relation text NOT NULL,
    purpose text NOT NULL,
    county_id varchar(2),
    actor_kind text NOT NULL,
    actor_user_id bigint,
    actor_name text NOT NULL,
    actor_role text NOT NULL,
    unit_id bigint,
    on_behalf_of_id bigint,
    residents bigint[] NOT NULL,
    matter_id bigint,
    PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
ALTER SEQUENCE audit_auditentry_id_seq OWNED BY audit_auditentry.id;
CREATE INDEX audit_residents ON audit_auditentry USING gin (residents);
CREATE INDEX audit_matter ON audit_auditentry (matter_id, at);
CREATE INDEX audit_actor ON audit_auditentry (actor_user_id, at);
CREATE INDEX audit_county_kind ON audit_auditentry (county_id, kind, at);
SELECT make_month_partitions('audit_auditentry', '2024-01-01', '2028-12-01');
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        # Trusted extensions: the database's owner may add them without being a superuser.
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION make_month_partitions"),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, "DROP TABLE audit_auditentry")],
            state_operations=[
                migrations.CreateModel(
                    name="AuditEntry",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey("at", "id", blank=True, editable=False, primary_key=True, serialize=False),
                        ),
                        (
                            "id",
                            models.BigIntegerField(db_default=RawSQL("nextval('audit_auditentry_id_seq')", [])),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "kind",
                            models.TextField(
                                choices=[("read", "Read"), ("write", "Write"), ("refusal", "Refusal"), ("session", "Session")]
                            ),
                        ),
                        ("action", models.TextField()),
                        ("rule", models.TextField(blank=True)),
                        ("relation", models.TextField(blank=True)),
                        ("purpose", models.TextField(blank=True)),
                        ("county_id", models.CharField(max_length=2, null=True)),
                        ("actor_kind", models.TextField()),
                        ("actor_user_id", models.BigIntegerField(null=True)),
                        ("actor_name", models.TextField()),
                        ("actor_role", models.TextField(blank=True)),
                        ("unit_id", models.BigIntegerField(null=True)),
                        ("on_behalf_of_id", models.BigIntegerField(null=True)),
                        (
                            "residents",
                            django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None),
                        ),
                        ("matter_id", models.BigIntegerField(null=True)),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(fields=["residents"], name="audit_residents"),
                            models.Index(fields=["matter_id", "at"], name="audit_matter"),
                            models.Index(fields=["actor_user_id", "at"], name="audit_actor"),
                            models.Index(fields=["county_id", "kind", "at"], name="audit_county_kind"),
                        ],
                    },
                ),
            ],
        ),
    ]
