# One image for all services of the lab; docker-compose.yaml says which one a container runs.

FROM node:24-bookworm-slim AS manifests
WORKDIR /app
COPY . .
# The next stage copies the result, so its cache holds until one of these files changes.
RUN find . -type f ! -name package.json ! -name pnpm-lock.yaml ! -name pnpm-workspace.yaml -delete && find . -type d -empty -delete

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY pnpm-lock.yaml pnpm-workspace.yaml ./
RUN npx -y pnpm@12 fetch --prod
COPY --from=manifests /app ./
RUN npx -y pnpm@12 install --prod --offline --frozen-lockfile

# The console's page is built here, so that the image has neither the builder nor the libraries that the page is made of.
FROM dependencies AS page
COPY tsconfig.json ./
COPY packages/console packages/console
RUN npx -y pnpm@12 install --frozen-lockfile --filter @oncall-lab/console && cd packages/console && npx vite build

FROM node:24-bookworm-slim
# A named volume takes the owner of the directory that it is first mounted on.
RUN install -d -o node -g node /var/lib/oncall-lab/agent /var/lib/oncall-lab/infrastructure /var/lib/oncall-lab/logs /var/lib/oncall-lab/releases /var/lib/oncall-lab/stand-ins /var/lib/oncall-lab/targets
WORKDIR /app
COPY --from=dependencies /app ./
COPY . .
COPY --from=page /app/packages/console/dist packages/console/dist
USER node
# Which file: docker-compose.yaml.
ENTRYPOINT ["node"]
