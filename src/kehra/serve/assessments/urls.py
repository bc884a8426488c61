from django.urls import path

from kehra.serve.assessments.views import assessing, parts

app_name = "assessments"

urlpatterns = [
    path("matters/<int:matter_id>/assessment/", assessing.page, name="page"),
    path("matters/<int:matter_id>/assessment/begin/", assessing.begin, name="begin"),
    path("assessments/<int:assessment_id>/invite/", assessing.invite, name="invite"),
    path("assessments/<int:assessment_id>/own/", assessing.own, name="own"),
    path("assessments/<int:assessment_id>/complete/", assessing.complete, name="complete"),
    path("assessments/parts/<int:part_id>/", parts.write, name="write"),
    path("assessments/parts/<int:part_id>/sign/", parts.sign, name="sign"),
    path("assessments/parts/<int:part_id>/correct/", parts.correct, name="correct"),
    path("assessments/parts/<int:part_id>/withdraw/", parts.withdraw, name="withdraw"),
]
