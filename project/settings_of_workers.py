"""Django's settings where no page is served: without the apps that serve them, a quarter of such a process.

Nor with the schedules, which beat alone reads (project.settings_of_beat).
"""

from project import settings

globals().update({name: getattr(settings, name) for name in dir(settings) if name.isupper()})

OF_OTHERS = ("unfold", "ninja", "django.contrib.", "django_celery_beat")
INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if not app.startswith(OF_OTHERS)]
