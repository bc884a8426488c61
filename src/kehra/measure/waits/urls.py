from django.urls import path

from kehra.measure.waits import views

app_name = "waits"

urlpatterns = [path("waits/", views.waits, name="waits")]
