# An honest classic: one build for both platforms on the builder's own, dependencies apart, caches kept between builds.
ARG BASE_IMAGE
FROM --platform=$BUILDPLATFORM ${BASE_IMAGE} AS build
ARG NPM_REGISTRY=https://registry.npmjs.org/
ENV npm_config_registry=${NPM_REGISTRY} NX_DAEMON=false NX_ISOLATE_PLUGINS=false NX_TUI=false CI=true \
    NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
COPY --from=shell . /
WORKDIR /ehr-connect
COPY --from=manifests . .
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund --ignore-scripts
COPY . .
RUN --mount=type=cache,target=/ehr-connect/.nx --mount=type=cache,target=/ehr-connect/apps/ehr-web/.next/cache npx nx build ehr-web

FROM ${BASE_IMAGE}
COPY --link --from=build /ehr-connect/dist/apps/ehr-web /app
ENV NODE_ENV=production PORT=3000 HOSTNAME=0.0.0.0
WORKDIR /app
USER 1000:1000
CMD ["node", "main.js"]
