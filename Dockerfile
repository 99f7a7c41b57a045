# Dateline in a container: the built-in models are inside, nothing is fetched when it starts.
# The base is pinned by its full version. For a digest, which whoever made this could not look up without a registry,
# build with the output of `docker buildx imagetools inspect python:3.13.9-slim-trixie` in both FROM lines (@sha256:...).
FROM python:3.13.9-slim-trixie AS built
ENV UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1
RUN pip install --no-cache-dir "uv==0.9.9"
WORKDIR /src
COPY pyproject.toml uv.lock README.md LICENSE ./
COPY qa ./qa
COPY prompts ./prompts
COPY seeds ./seeds
RUN uv sync --locked --no-default-groups --all-extras --no-editable

FROM python:3.13.9-slim-trixie
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin dateline \
    && install --directory --owner dateline --group dateline --mode 0700 /data
COPY --from=built /src/.venv /src/.venv
ENV PATH="/src/.venv/bin:$PATH" PYTHONUNBUFFERED=1 QA_HOME=/data
USER 10001
VOLUME /data
EXPOSE 8321
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8321/readyz', timeout=4)"]
ENTRYPOINT ["qa"]
CMD ["serve", "--host", "0.0.0.0"]
