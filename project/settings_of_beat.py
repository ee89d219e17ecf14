"""Django's settings of beat: as the workers', and with the app of its schedules, which they never read."""

from project import settings, settings_of_workers

globals().update({name: getattr(settings_of_workers, name) for name in dir(settings_of_workers) if name.isupper()})

OF_SCHEDULES = "django_celery_beat"
INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app in {*settings_of_workers.INSTALLED_APPS, OF_SCHEDULES}]
