# syntax=docker/dockerfile:1

# The Node.js that package.json brings for development and the one of the image are the same release.
# In production name the digest that you have checked, so that the tag cannot be moved under you:
#   docker build --build-arg NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:… .
# For amd64 and arm64 at once: docker buildx bake
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

# ---- build: what it makes is JavaScript, the same for every platform ----
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# A package of its own, which the lock file links to.
COPY schematics schematics
# The optional packages are the platform parts of the tools, and Node.js itself, which the image has already.
RUN npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
COPY console console
RUN npm run build

# ---- sandbox: a Data API to develop against; `docker build --target sandbox .` ----
FROM ${NODE_IMAGE} AS sandbox
WORKDIR /app
COPY package.json ./
COPY sandbox sandbox
# It needs nothing but Node.js, and keeps its data in /tmp: gone with the container.
ENV HOST=0.0.0.0 \
    PORT=4000
USER 10001:10001
EXPOSE 4000
STOPSIGNAL SIGTERM
CMD ["node", "sandbox/main.ts", "--feed"]

# ---- worker: what is deployed ----
FROM ${NODE_IMAGE} AS worker
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="task-worker" \
      org.opencontainers.image.description="Scheduled background work against an HTTP Data API: on time, once, with retries, and with a record of every run." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"

# As process 1 Node.js would have to reap orphans itself. With `docker run --init` this one merely passes signals on.
RUN apt-get update \
 && apt-get install -y --no-install-recommends dumb-init \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o 10001 -g 10001 -m 0750 /data

WORKDIR /app
# Owned by root: the worker can read its program, and write nothing but /data.
COPY --from=build /app/package.json ./
# The bundle holds its dependencies. What else the compiler left in dist is for tests and benchmarks.
COPY --from=build /app/dist/main.js /app/dist/cli.js /app/dist/beat-thread.js /app/dist/zone-data.json dist/
COPY --from=build /app/dist/chunks dist/chunks
COPY --from=build /app/dist/health/healthcheck.js dist/health/

ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=65536 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATABASE_URL=sqlite:/data/worker.db
# Numeric, so that Kubernetes can tell that it is not root.
USER 10001:10001
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "/app/dist/health/healthcheck.js"]
ENTRYPOINT ["dumb-init", "--"]
# Both options keep memory in proportion to what is in use; the npm scripts start the worker with the same.
CMD ["node", "--scavenger-max-new-space-capacity-mb=2", "--heap-growing-percent=100", "--expose-gc", "--", "/app/dist/main.js"]
