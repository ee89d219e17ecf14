# One image for every process of the Procfile; docker-compose.yml names the command of each.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    DJANGO_SETTINGS_MODULE=project.settings \
    RINGUP_HOME=/var/lib/ringup

WORKDIR /app

COPY requirements/run.txt requirements/run.txt
COPY requirements/tracing.txt requirements/tracing.txt
RUN pip install --require-hashes -r requirements/run.txt
# For who sets TRACES_URL.
ARG TRACING=
RUN [ -z "$TRACING" ] || pip install --require-hashes -r requirements/tracing.txt

COPY base base
COPY inventory inventory
COPY orders orders
COPY workers workers
COPY till till
COPY project project

# Static files are part of the image; the secret key of this one command signs nothing.
RUN useradd --system --uid 10001 --user-group --no-create-home ringup \
    && mkdir -p "$RINGUP_HOME/accounting" "$RINGUP_HOME/metrics" \
    && SECRET_KEY=only-to-collect-static-files-while-the-image-is-built python -m project manage collectstatic --no-input --verbosity 0 \
    && chown -R ringup:ringup "$RINGUP_HOME"

USER ringup
