from django.urls import path

from kehra.serve.matters.views import handovers, permits, promises, work

app_name = "matters"

urlpatterns = [
    path("take/", work.take, name="take"),
    path("give/", work.give, name="give"),
    path("write/", work.write, name="write"),
    path("entries/<int:entry_id>/correct/", work.correct, name="correct"),
    path("urgency/", work.urgency, name="urgency"),
    path("close/", work.close, name="close"),
    path("address/", work.address, name="address"),
    path("promises/<int:clock_id>/pause/", promises.pause, name="pause"),
    path("promises/<int:clock_id>/resume/", promises.resume, name="resume"),
    path("transfer/", handovers.transfer, name="transfer"),
    path("guide/", handovers.guide, name="guide"),
    path("handovers/<int:handover_id>/accept/", handovers.accept, name="accept"),
    path("handovers/<int:handover_id>/refuse/", handovers.refuse, name="refuse"),
    path("handovers/<int:handover_id>/withdraw/", handovers.withdraw, name="withdraw"),
    path("permit/ask/", permits.ask, name="ask_permit"),
    path("permit/", permits.permit, name="permit"),
]
