from django.urls import path

from kehra.serve.tasks import views

app_name = "tasks"

urlpatterns = [
    path("", views.desk, name="desk"),
    path("<int:task_id>/take/", views.take, name="take"),
    path("<int:task_id>/give/", views.give, name="give"),
    path("<int:task_id>/done/", views.done, name="done"),
]
