from django.urls import path

from kehra.serve.retention import views

app_name = "retention"

urlpatterns = [
    path("officer/retention/", views.home, name="home"),
    path("officer/retention/<int:rule_id>/", views.due, name="due"),
    path("officer/retention/holds/<int:hold_id>/end/", views.release, name="release"),
]
