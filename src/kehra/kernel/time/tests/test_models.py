from datetime import date

from django.db import models
from django.test.utils import isolate_apps

from kehra.kernel.time.models import ValidInTime


@isolate_apps("kehra.library.operating_models")
def test_a_row_holds_until_the_day_before_its_end() -> None:
    class Promise(ValidInTime):
        class Meta(ValidInTime.Meta):
            app_label = "operating_models"

    row = Promise(valid_from=date(2026, 1, 1), valid_until=date(2026, 2, 1))
    assert row.valid_on(date(2026, 1, 1))
    assert row.valid_on(date(2026, 1, 31))
    assert not row.valid_on(date(2026, 2, 1))
    assert not row.valid_on(date(2025, 12, 31))
    assert Promise(valid_from=date(2026, 1, 1)).valid_on(date(2999, 1, 1))


@isolate_apps("kehra.library.operating_models")
def test_each_table_names_its_own_constraint() -> None:
    class Promise(ValidInTime):
        title = models.TextField()

        class Meta(ValidInTime.Meta):
            app_label = "operating_models"

    assert [constraint.name for constraint in Promise._meta.constraints] == [
        "operating_models_promise_valid_from_before_until"
    ]
