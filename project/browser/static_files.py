"""The files of the admin's and the document's pages: read only, and with what every page says to a browser.

Here, and not in the web server: that would answer any method with them, and not tell a browser how to take them.
"""

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.static import serve

KEPT_S = 24 * 60 * 60


@csrf_exempt  # whoever would change one is told that it is only read
@require_safe
def static_file(request: HttpRequest, path: str) -> HttpResponseBase:
    try:
        answer = serve(request, path, document_root=str(settings.STATIC_ROOT))
    except OSError:  # no file can have this name
        raise Http404 from None
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    return answer
