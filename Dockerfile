# syntax=docker/dockerfile:1
# Stomper with git, and nothing else that runs as root:
#
#   docker build -t stomper .
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/repository" stomper check
#
# The project's own tools (mypy, pytest, ...) are not in it: build on it, or mount an environment that has them.
FROM python:3.12-slim-bookworm AS build
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY stomper ./stomper
RUN python -m venv /opt/stomper \
    && /opt/stomper/bin/python -m pip install --no-cache-dir --constraint constraints.txt .

FROM python:3.12-slim-bookworm
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 stomper \
    && mkdir -m 1777 /home/anyone
COPY --from=build /opt/stomper /opt/stomper
# Whoever is given by --user has no home of his own here.
ENV PATH="/opt/stomper/bin:$PATH" HOME=/home/anyone PYTHONUNBUFFERED=1
USER 1000
WORKDIR /repository
ENTRYPOINT ["stomper"]
CMD ["--help"]
