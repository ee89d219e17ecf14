"""Every address of the web server."""

from django.contrib import admin
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from project import figures, health
from project.api.api import api
from project.browser.static_files import static_file
from project.browser.store_switch import choose
from project.console.first import first
from project.console.places import to_flower
from till.view import till

to_docs = csrf_exempt(require_safe(RedirectView.as_view(url="/api/v1/docs")))

admin.autodiscover()

handler403 = "project.browser.refused.forbidden"
handler404 = "project.browser.refused.not_found"

urlpatterns = [
    path("", first),
    path("api/v1", to_docs),
    path("api/v1/", to_docs),
    path("api/v1/", api.urls),
    path("admin/stock/", include("orders.journal.admin.stock.pages")),
    path("admin/store/", admin.site.admin_view(choose), name="store"),
    path("admin/", admin.site.urls),
    path("static/<path:path>", static_file),
    path("flower/<path:path>", to_flower),
    path("till/", till),
    path("till/<path:path>", till),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", figures.metrics),
]
