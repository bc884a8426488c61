"""What answers which promise of the law (the values of `LimitRow.promise`). What an assessment or a
visit answers is told where those are."""

# Somebody who works there has reached the resident: a professional took the matter, or opened it with them.
BY_REACHING = ("contact",)
# A registered professional has judged the urgency: the assessment of the need for care on the day of the
# contact (Health Care Act 51 §), and of urgent need (Social Welfare Act 36 §).
BY_JUDGING_URGENCY = (*BY_REACHING, "assessment", "urgent_assessment")
# The assessment from which the times until treatment are counted (51 a §, 51 b §).
ASSESSMENT = "assessment"
