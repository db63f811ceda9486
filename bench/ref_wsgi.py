"""What gunicorn serves for REF."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.ref_settings"
application = get_wsgi_application()
