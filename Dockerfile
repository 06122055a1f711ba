# scale-chat in a container: a server by default, `docker run IMAGE balance` is a fleet. docs/operations.md has the commands.

# Built on the machine that builds, for the machine that runs: the compiler knows both.
FROM --platform=$BUILDPLATFORM node:24.11.1-bookworm-slim AS build
WORKDIR /build
# The compiler and the packages first: they change less often than the source.
COPY package.json bun.lock bunfig.toml ./
COPY scripts/setup scripts/
RUN scripts/setup
COPY . .
ARG TARGETARCH
ARG BUILD_COMMIT=unknown
RUN BUILD_COMMIT=$BUILD_COMMIT scripts/build --target "bun-linux-$TARGETARCH" && mkdir data

# glibc, the certificates of authorities and a list of users; no shell and no package manager.
FROM gcr.io/distroless/base-nossl-debian12:nonroot
COPY --from=build /build/dist/scale-chat /usr/local/bin/scale-chat
# For --data; a volume that is new takes over its owner. Nothing else is written: the root can be read-only.
COPY --from=build --chown=65532:65532 /build/data /data
WORKDIR /data
USER 65532:65532
ENV SCALE_CHAT_LOG_FORMAT=json
EXPOSE 8080
# Whether it runs, not whether it takes clients: a new container would not bring a lost Redis back, and lose the clients.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["/usr/local/bin/scale-chat", "health", "--live"]
# It is process 1 and takes the signals itself: SIGTERM drains.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/scale-chat"]
CMD ["serve"]
