"""The way in: the resident's flow and what follows it."""

from django.urls import path

from kehra.serve.contacts.views import matters, needs

app_name = "contacts"

urlpatterns = [
    path("needs/new/", needs.new, name="new"),
    path("needs/<int:contact_id>/words/", needs.words, name="words"),
    path("needs/<int:contact_id>/service/", needs.service, name="service"),
    path("needs/<int:contact_id>/questions/<str:link_id>/", needs.question, name="question"),
    path("needs/<int:contact_id>/reach/", needs.reach, name="reach"),
    path("needs/<int:contact_id>/check/", needs.check, name="check"),
    path("needs/<int:contact_id>/discard/", needs.discard, name="discard"),
    path("needs/<int:contact_id>/sent/", needs.sent, name="sent"),
    path("matters/<int:matter_id>/promises/<int:clock_id>/", matters.ground, name="ground"),
    path("matters/<int:matter_id>/add/", matters.add, name="add"),
]
