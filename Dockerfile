FROM python:3.14-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /source

# What changes least comes first. The environment has no pip of its own: the builder's fills it.
COPY requirements.txt requirements-build.txt ./
RUN python -m venv --without-pip /opt/imin-mock \
 && python -m pip --python /opt/imin-mock/bin/python install --no-compile --only-binary :all: --no-deps --require-hashes -r requirements.txt \
 && python -m pip install --no-deps --require-hashes -r requirements-build.txt

COPY LICENSE README.md imin-mock.cdx.json pyproject.toml ./
COPY scenarios scenarios
COPY mockserver mockserver
# Without .pyc files, which an unprivileged user could not write later, every start would compile everything again.
RUN python -m pip wheel --no-build-isolation --no-deps --wheel-dir dist . \
 && python -m pip --python /opt/imin-mock/bin/python install --no-compile --no-deps --no-index dist/*.whl \
 && /opt/imin-mock/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/imin-mock


FROM python:3.14-slim
LABEL org.opencontainers.image.title="imin-mock" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.description="A stateful, deterministic mock of imin's Booking API" \
      org.opencontainers.image.licenses="MIT"

# The mock installs nothing, so what could install goes. The files below /opt belong to root: the mock cannot change itself.
RUN python -m pip uninstall --yes --root-user-action=ignore pip \
 && useradd --system --key SYS_UID_MAX=10001 --uid 10001 --no-create-home --shell /usr/sbin/nologin imin-mock
COPY --from=build /opt/imin-mock /opt/imin-mock

# A container that listens to itself alone answers nobody.
ENV PATH=/opt/imin-mock/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    IMIN_MOCK_HOST=0.0.0.0
USER 10001:10001
EXPOSE 4646
STOPSIGNAL SIGTERM
# Short, since a pipeline waits for it: the probe is one small request.
HEALTHCHECK --interval=2s --timeout=3s --start-period=10s --retries=5 CMD ["imin-mock", "healthcheck"]
ENTRYPOINT ["imin-mock"]
CMD ["serve"]
