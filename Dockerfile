# The service in a container: the one binary, the C library and the certificate authorities; no shell, not root,
# nothing written but what is mounted at /var/lib/samrad. `docker build -t samrad .`
ARG RUST=1.95
ARG DEBIAN=bookworm

FROM rust:${RUST}-slim-${DEBIAN} AS build
# SQLite, libpq and OpenSSL are built along; a compiler comes with the image. Debian's release pins these three.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates make perl \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin samrad \
    && install -D target/release/samrad /out/usr/local/bin/samrad
# The libraries that it links, with the loader, and whom it trusts.
RUN ldd /out/usr/local/bin/samrad | grep -o '/[^ ]*' | sort -u \
    | while read -r library; do install -D "$library" "/out$library"; done \
    && install -D -m 644 /etc/ssl/certs/ca-certificates.crt /out/etc/ssl/certs/ca-certificates.crt \
    && install -d /data/var/lib/samrad

FROM scratch
COPY --from=build --chown=0:0 /out /
# A volume that is mounted here belongs to the one who writes it.
COPY --from=build --chown=65532:65532 /data/var/lib/samrad /var/lib/samrad
ENV SAMRAD_LISTEN=0.0.0.0:8080 \
    SAMRAD_LOG_FORMAT=json \
    SAMRAD_LOG_CHECKPOINT_FILE=/var/lib/samrad/log.checkpoint \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
USER 65532:65532
EXPOSE 8080
STOPSIGNAL SIGTERM
# Health is the platform's to ask: /internal/isAlive and /internal/isReady.
ENTRYPOINT ["/usr/local/bin/samrad"]
CMD ["serve"]
