# A PostgreSQL server with pg_sbert, its command, the extension `vector` and the model all-MiniLM-L6-v2.
#
#   docker build -t pg_sbert . && docker run -e POSTGRES_PASSWORD=secret -p 5432:5432 pg_sbert
#
# The packages are built in one stage and installed in another, so the image has no compiler.
ARG PG_MAJOR=17

FROM postgres:${PG_MAJOR}-trixie AS build
COPY . /src
WORKDIR /src
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && ./run package

FROM postgres:${PG_MAJOR}-trixie
ARG PG_MAJOR
COPY --from=build /src/build/packages/*.deb /tmp/packages/
RUN apt-get update \
    && apt-get install -y --no-install-recommends /tmp/packages/sbert_*.deb /tmp/packages/sbert-model-*.deb \
        /tmp/packages/postgresql-${PG_MAJOR}-sbert_*.deb /tmp/packages/postgresql-${PG_MAJOR}-sbert-vector_*.deb \
    && rm -rf /var/lib/apt/lists/* /tmp/packages
