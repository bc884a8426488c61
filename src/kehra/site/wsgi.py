"""The way in of the web server: one WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kehra.site.settings")

application = get_wsgi_application()
