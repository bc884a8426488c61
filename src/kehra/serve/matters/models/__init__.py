# Django finds models only through this module; it imports the files and offers nothing itself.
from kehra.serve.matters.models import clock, late, matter, participation, record  # noqa: F401
