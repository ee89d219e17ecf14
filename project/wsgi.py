"""What the web server serves."""

import os

from django.core.wsgi import get_wsgi_application

from project.body import readable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
application = readable(get_wsgi_application())
