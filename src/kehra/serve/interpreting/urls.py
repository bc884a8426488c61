from django.urls import path

from kehra.serve.interpreting import views

app_name = "interpreting"

urlpatterns = [path("interpreting/<int:request_id>/answer/", views.answer, name="answer")]
