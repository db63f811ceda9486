"""The WSGI entry point that the web server serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "policy_tracker.settings")
application = get_wsgi_application()
