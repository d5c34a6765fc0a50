# The service in a container: the one binary, the C library and the certificate authorities; no shell, not root,
# nothing written but what is mounted at /var/lib/samrad. `docker build -t samrad .`
ARG RUST=1.95
ARG DEBIAN=bookworm

FROM docker.io/library/rust:${RUST}-slim-${DEBIAN} AS build
# SQLite, libpq and OpenSSL are built along; a compiler comes with the image. Debian's release pins these two.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends make perl \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin samrad \
    && install -D target/release/samrad /out/usr/local/bin/samrad \
    && install -d /out/var/lib/samrad

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build --chown=0:0 /out/usr /usr
# A volume that is mounted here belongs to the one who writes it.
COPY --from=build --chown=65532:65532 /out/var/lib/samrad /var/lib/samrad
ENV SAMRAD_LISTEN=0.0.0.0:8080 \
    SAMRAD_LOG_FORMAT=json \
    SAMRAD_LOG_CHECKPOINT_FILE=/var/lib/samrad/log.checkpoint
USER 65532:65532
EXPOSE 8080
STOPSIGNAL SIGTERM
# Health is the platform's to ask: /internal/isAlive and /internal/isReady.
ENTRYPOINT ["/usr/local/bin/samrad"]
CMD ["serve"]
