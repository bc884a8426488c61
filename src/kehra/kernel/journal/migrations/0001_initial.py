"""The journal as a table partitioned by month, which Django cannot make by itself."""

from django.db import migrations, models
from django.db.models.expressions import RawSQL

TABLE = """
CREATE SEQUENCE journal_journalentry_seq_seq;
CREATE TABLE journal_journalentry (
    seq bigint NOT NULL DEFAULT nextval('journal_journalentry_seq_seq'),
    at timestamptz NOT NULL,
    happened_at timestamptz NOT NULL,
    activity text NOT NULL,
    county_id varchar(2) NOT NULL,
    matter_id bigint NOT NULL,
    unit_id bigint,
    role text NOT NULL,
    data jsonb NOT NULL,
    PRIMARY KEY (at, seq)
) PARTITION BY RANGE (at);
ALTER SEQUENCE journal_journalentry_seq_seq OWNED BY journal_journalentry.seq;
CREATE INDEX journal_matter ON journal_journalentry (matter_id, seq);
CREATE INDEX journal_activity ON journal_journalentry (county_id, activity, at);
SELECT make_month_partitions('journal_journalentry', '2024-01-01', '2028-12-01');
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, "DROP TABLE journal_journalentry")],
            state_operations=[
                migrations.CreateModel(
                    name="JournalEntry",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey("at", "seq", blank=True, editable=False, primary_key=True, serialize=False),
                        ),
                        (
                            "seq",
                            models.BigIntegerField(db_default=RawSQL("nextval('journal_journalentry_seq_seq')", [])),
                        ),
                        ("at", models.DateTimeField()),
                        ("happened_at", models.DateTimeField()),
                        ("activity", models.TextField()),
                        ("county_id", models.CharField(max_length=2)),
                        ("matter_id", models.BigIntegerField()),
                        ("unit_id", models.BigIntegerField(null=True)),
                        ("role", models.TextField(blank=True)),
                        ("data", models.JSONField(default=dict)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["matter_id", "seq"], name="journal_matter"),
                            models.Index(fields=["county_id", "activity", "at"], name="journal_activity"),
                        ],
                    },
                ),
            ],
        ),
    ]
