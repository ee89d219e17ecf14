"""What the web server serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.db.backends.signals import connection_created

from base.http.body import readable
from base.http.path import told_as_text
from project import env as environment
from project.api.door import turning_away
from project.database import begin_session

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
environment.insist(environment.current().check_secret_key)
connection_created.connect(begin_session)
application = turning_away(told_as_text(readable(get_wsgi_application())))
