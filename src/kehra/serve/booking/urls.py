from django.urls import path

from kehra.serve.booking.views import appointments, changing, choosing, day, offering, publishing

app_name = "booking"

urlpatterns = [
    path("appointments/", appointments.mine, name="mine"),
    path("appointments/<int:appointment_id>/", appointments.appointment, name="appointment"),
    path("appointments/<int:appointment_id>/calendar.ics", appointments.calendar_file, name="calendar"),
    path("appointments/<int:appointment_id>/move/", changing.move, name="move"),
    path("appointments/<int:appointment_id>/move/<int:time_id>/", changing.confirm_move, name="confirm_move"),
    path("appointments/<int:appointment_id>/cancel/", changing.cancel, name="cancel"),
    path("appointments/<int:appointment_id>/mark/", day.mark, name="mark"),
    path("offers/<int:offer_id>/", offering.answer, name="answer"),
    path("offers/<int:offer_id>/withdraw/", offering.withdraw, name="withdraw"),
    path("matters/<int:matter_id>/times/", choosing.times, name="times"),
    path("matters/<int:matter_id>/times/<int:time_id>/", choosing.confirm, name="confirm"),
    path("matters/<int:matter_id>/offer/", offering.offer, name="offer"),
    path("desk/appointments/", day.day, name="day"),
    path("desk/times/", publishing.publish, name="publish"),
    path("desk/times/<int:time_id>/withdraw/", publishing.withdraw, name="withdraw_time"),
]
