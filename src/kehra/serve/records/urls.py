"""Where the record is, the same person elsewhere, and the way in of the other systems."""

from django.urls import path

from kehra.serve.records import views

app_name = "records"
urlpatterns = [
    path("about/records/", views.where, name="where"),
    path("other-systems/who/", views.who, name="who"),
    path("other-systems/sendings/<uuid:sending_id>/", views.send_again, name="send_again"),
    path("matters/<int:matter_id>/as-text/", views.as_text, name="as_text"),
    path("matters/<int:matter_id>/elsewhere/<slug:code>/", views.elsewhere, name="elsewhere"),
]
