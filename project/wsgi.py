"""What the web server serves."""

import os

from django.core.wsgi import get_wsgi_application

from project import env as environment
from project.body import readable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
environment.insist(environment.current().check_secret_key)
application = readable(get_wsgi_application())
