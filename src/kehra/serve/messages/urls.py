from django.urls import path

from kehra.serve.messages import views

app_name = "messages"

urlpatterns = [
    path("messages/", views.threads, name="threads"),
    path("matters/<int:matter_id>/messages/", views.thread, name="thread"),
    path("attachments/<int:attachment_id>/", views.attachment, name="attachment"),
]
