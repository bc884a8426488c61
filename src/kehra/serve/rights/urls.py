from django.urls import path

from kehra.serve.rights.views import emergencies, explanations, home, log, officer, restrictions

app_name = "rights"

urlpatterns = [
    path("log/", log.log, name="log"),
    path("rights/", home.rights, name="rights"),
    path("rights/restrictions/", restrictions.restrictions, name="restrictions"),
    path("rights/restrictions/<int:restriction_id>/withdraw/", restrictions.withdraw, name="withdraw"),
    path("rights/explanations/new/", explanations.ask_why, name="ask_why"),
    path("rights/explanations/<int:explanation_id>/", explanations.explanation, name="explanation"),
    path("desk/emergency/", emergencies.emergency, name="emergency"),
    path("desk/emergency/open/", emergencies.open_emergency, name="open_emergency"),
    path("desk/emergency/<int:access_id>/", emergencies.emergency_access, name="emergency_access"),
    path("desk/emergency/<int:access_id>/end/", emergencies.end_emergency, name="end_emergency"),
    path("officer/", officer.officer, name="officer"),
    path("officer/log/<int:resident_id>/", officer.officer_log, name="officer_log"),
    path(
        "officer/explanations/<int:explanation_id>/", officer.officer_explanation, name="officer_explanation"
    ),
    path("officer/emergencies/<int:access_id>/", officer.officer_emergency, name="officer_emergency"),
]
