# syntax=docker/dockerfile:1

FROM rust:1-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked -p sync-server -p sync-cli && \
    install -D target/release/sync-server target/release/sync-cli -t /out

FROM debian:bookworm-slim
RUN apt-get update && \
    apt-get install -y --no-install-recommends ca-certificates && \
    rm -rf /var/lib/apt/lists/* && \
    useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin sync && \
    install -d -o sync -g sync /app /app/instance
COPY --from=build /out/ /usr/local/bin/
WORKDIR /app
USER sync
# Inside a container the server has to listen on all interfaces, and then demands SYNC_API_TOKEN.
ENV SYNC_HOST=0.0.0.0 SYNC_PORT=8033
# All state: the database, and the worlds of both simulators.
VOLUME /app/instance
EXPOSE 8033
# The image has no HTTP client; bash can open a connection itself.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/$SYNC_PORT && printf 'GET /api/health HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
CMD ["sync-server"]
