"""Django's settings where no page is served: without the apps that serve them, a quarter of such a process."""

from project import settings

globals().update({name: getattr(settings, name) for name in dir(settings) if name.isupper()})

OF_PAGES = ("unfold", "ninja", "django.contrib.")
INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if not app.startswith(OF_PAGES)]
