from django.urls import path

from kehra.serve.absences.views import absences, sharing

app_name = "absences"

urlpatterns = [
    path("", absences.absences, name="absences"),
    path("plan/", sharing.plan, name="plan"),
    path("<int:absence_id>/end/", absences.end, name="end"),
]
