# The service and nothing else: no training data, no tests, no compilers; not root.
# Any base with Python 3.11 or newer and its venv module will do.
ARG BASE_IMAGE=python:3.13-slim-bookworm

FROM ${BASE_IMAGE} AS build
WORKDIR /build
# The dependencies change seldom: they come first, so that their layer is kept when only the source changes.
COPY requirements requirements
RUN python3 -m venv /opt/digits \
    && python3 -m venv /opt/builder \
    && /opt/digits/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/runtime.txt \
    && /opt/builder/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY static static
COPY templates templates
COPY model model
COPY app app
COPY cli cli
COPY digits_client digits_client
RUN /opt/builder/bin/pip wheel --disable-pip-version-check --no-build-isolation --no-deps --wheel-dir dist . \
    && /opt/digits/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps dist/*.whl \
    && /opt/digits/bin/python -m compileall -q /opt/digits/lib \
    && rm -r dist && /opt/digits/bin/python -m pip uninstall --yes --quiet setuptools pip

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="digits" \
      org.opencontainers.image.description="Draw a digit and have it read: a NumPy perceptron behind a page and an API." \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/digits /opt/digits
COPY LICENSE /usr/share/doc/digits/LICENSE
# One prediction is tiny: more threads in its matrix products would only get in each other's way.
ENV PATH=/opt/digits/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OPENBLAS_NUM_THREADS=1 \
    DIGITS_HOST=0.0.0.0
# A number, so that an orchestrator can see that it is not root; any other will do as well.
USER 10001:10001
# Unless PORT or DIGITS_PORT names another.
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["digits", "health"]
ENTRYPOINT ["digits"]
CMD ["serve"]
