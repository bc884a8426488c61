from django.urls import path

from kehra.serve.rights.views import explanations, home, log, restrictions

app_name = "rights"

urlpatterns = [
    path("log/", log.log, name="log"),
    path("rights/", home.rights, name="rights"),
    path("rights/restrictions/", restrictions.restrictions, name="restrictions"),
    path("rights/restrictions/<int:restriction_id>/withdraw/", restrictions.withdraw, name="withdraw"),
    path("rights/explanations/new/", explanations.ask_why, name="ask_why"),
    path("rights/explanations/<int:explanation_id>/", explanations.explanation, name="explanation"),
]
