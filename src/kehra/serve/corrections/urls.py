"""What was wrong is put right: in a matter, in the records of people, and before the officer."""

from django.urls import path

from kehra.serve.corrections.views import finding, identifying, incidents, moving, reading, records

app_name = "corrections"

urlpatterns = [
    path("matters/<int:matter_id>/identify/", identifying.identify, name="identify"),
    path("matters/<int:matter_id>/correct/", reading.choose, name="choose"),
    path("matters/<int:matter_id>/wrong-person/", finding.find, name="wrong_person"),
    path("matters/<int:matter_id>/wrong-person/<int:resident_id>/", moving.reassign, name="reassign"),
    path("matters/<int:matter_id>/move/<slug:kind>/<int:row_id>/", moving.move, name="move"),
    path("matters/<int:matter_id>/move/<slug:kind>/<int:row_id>/find/", finding.find, name="find"),
    path(
        "matters/<int:matter_id>/move/<slug:kind>/<int:row_id>/to/<int:resident_id>/",
        moving.move,
        name="move_to",
    ),
    path("corrections/<int:correction_id>/", reading.correction, name="correction"),
    path("records/", records.records, name="records"),
    path("records/<int:one_id>/<int:other_id>/", records.compare, name="compare"),
    path("records/two-persons/<int:likeness_id>/", records.two_persons, name="two_persons"),
    path("records/separate/<int:merge_id>/", records.separate, name="separate"),
    path("officer/incidents/", incidents.incidents, name="incidents"),
    path("officer/incidents/<int:incident_id>/", incidents.incident, name="incident"),
]
