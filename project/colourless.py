"""Nobody reads the stack's processes on a terminal: what colours one stays out of their memory, five megabytes of each.

Celery and structlog load it wherever it is installed. Imported before them, by what is run and by nothing else.
"""

import sys

for name in ("pygments", "rich"):
    sys.modules[name] = None  # type: ignore[assignment]  # so that importing it fails, as where it is not installed
