# syntax=docker/dockerfile:1

# ── build: uv puts the locked dependencies and watbot-hooks into one folder ──
FROM python:3.11-slim-bookworm AS build
RUN pip install --no-cache-dir uv
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PYTHON_DOWNLOADS=never \
    UV_PROJECT_ENVIRONMENT=/opt/watbot-hooks
WORKDIR /src
# The dependencies change seldom: a layer of their own.
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --no-install-project
COPY README.md LICENSE rules.yaml ./
COPY docs docs
COPY processor processor
COPY workers workers
RUN uv sync --locked --no-dev --no-editable

# ── run: Python and that folder, nothing that builds ──
FROM python:3.11-slim-bookworm
# The uid is fixed, so that the owner of mounted folders can be set beforehand.
RUN groupadd --gid 10001 watbot && \
    useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin watbot && \
    install --directory --owner=10001 --group=10001 --mode=0700 /data && \
    install --directory --owner=10001 --group=10001 --mode=0755 /rules
COPY --from=build /opt/watbot-hooks /opt/watbot-hooks
ENV PATH=/opt/watbot-hooks/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/data \
    RULES_FILE=/rules/rules.yaml
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=3)"]
ENTRYPOINT ["watbot-hooks"]
CMD ["up"]
