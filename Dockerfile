# The bot in a container. compose.yaml says how it is meant to run: read-only, without capabilities, data in /data.

FROM python:3.13.15-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/opt/venv
WORKDIR /app
RUN python -m pip install --no-cache-dir --disable-pip-version-check --root-user-action ignore uv==0.13.9
# What is locked, and nothing for development; it changes seldom, so it comes before the code.
COPY pyproject.toml uv.lock ./
RUN python -m uv sync --frozen --no-dev --no-install-project --no-cache
COPY migrations migrations
COPY bot bot
RUN python -m compileall -q bot migrations

FROM python:3.13.15-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b
# The key for a PostgreSQL set-up goes to ./data, so that is the volume too.
RUN useradd --system --uid 10001 --user-group --home-dir /data --no-create-home --shell /usr/sbin/nologin bot \
    && install -d -o bot -g bot -m 700 /data \
    && install -d /app \
    && ln -s /data /app/data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app/migrations /app/migrations
COPY --from=build /app/bot /app/bot
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/data \
    DATABASE_URL=sqlite:///data/backchannel.db HTTP_HOST=0.0.0.0 HTTP_PORT=8080
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['HTTP_PORT']), timeout=4); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
