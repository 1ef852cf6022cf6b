# A PostgreSQL server with pg_sbert, its command, the extension `vector` and the model all-MiniLM-L6-v2.
#
#   docker build -t pg_sbert . && docker run -e POSTGRES_PASSWORD=secret -p 5432:5432 pg_sbert
#
# The packages are built in one stage and installed in another, so the image has no compiler.
ARG PG_MAJOR=17

FROM postgres:${PG_MAJOR}-trixie AS build
RUN apt-get update && apt-get install -y --no-install-recommends git ca-certificates
COPY . /src
WORKDIR /src
RUN git init -q 2>/dev/null; git config --global user.email build@localhost && git config --global user.name build \
    && (git rev-parse -q --verify HEAD > /dev/null || (git add -A && git commit -qm build)) \
    && ./run package

FROM postgres:${PG_MAJOR}-trixie
ARG PG_MAJOR
COPY --from=build /src/build/packages/*.deb /tmp/packages/
RUN apt-get update \
    && apt-get install -y --no-install-recommends /tmp/packages/sbert_*.deb /tmp/packages/sbert-model-*.deb \
        /tmp/packages/postgresql-${PG_MAJOR}-sbert_*.deb /tmp/packages/postgresql-${PG_MAJOR}-sbert-vector_*.deb \
    && rm -rf /var/lib/apt/lists/* /tmp/packages
