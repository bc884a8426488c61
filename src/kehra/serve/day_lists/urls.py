from django.urls import path

from kehra.serve.day_lists.views import afterwards, fetching, machines, page

app_name = "day_lists"

urlpatterns = [
    path("desk/day-list/", page.page, name="page"),
    path("desk/day-list/file/", page.download, name="download"),
    path("desk/day-list/afterwards/", afterwards.afterwards, name="afterwards"),
    path("desk/day-list/passphrase/", machines.passphrase, name="passphrase"),
    path("desk/day-list/machines/", machines.register, name="register"),
    path("desk/day-list/machines/<int:machine_id>/revoke/", machines.revoke, name="revoke"),
    path("day-list/machine/", fetching.fetch, name="fetch"),
]
