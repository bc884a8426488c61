"""How residents are reached, who acts for them, and the unit's letters."""

from django.urls import path

from kehra.serve.reach.views import letters, mandates, sent, ways

app_name = "reach"

urlpatterns = [
    path("reach/", ways.own, name="own"),
    path("desk/residents/<int:resident_id>/reach/", ways.of_resident, name="of_resident"),
    path("desk/residents/<int:resident_id>/mandates/new/", mandates.record, name="record_mandate"),
    path("mandates/<int:mandate_id>/paper/", mandates.paper, name="paper"),
    path("mandates/<int:mandate_id>/end/", mandates.end, name="end_mandate"),
    path("desk/letters/", letters.queue, name="letters"),
    path("desk/letters/make/", letters.make, name="make_letters"),
    path("desk/letters/print/", letters.sheets, name="sheets"),
    path("desk/letters/posted/", letters.posted, name="posted"),
    path("desk/letters/<int:letter_id>/", letters.sheet, name="sheet"),
    path("demo/sent/", sent.sent, name="sent"),
]
