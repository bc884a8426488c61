# Django finds models only through this module; it imports the files and offers nothing itself.
from kehra.serve.booking.models import appointments, times  # noqa: F401
