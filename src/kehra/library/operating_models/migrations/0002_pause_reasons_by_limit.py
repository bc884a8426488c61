from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("operating_models", "0001_initial"),
    ]

    operations = [
        migrations.RenameField("pausereason", "groups", "limits"),
    ]
