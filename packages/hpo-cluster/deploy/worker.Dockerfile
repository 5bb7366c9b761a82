# The `study` command from a checkout of this repository; objectives are mounted. Not run where it was written.
FROM node:24-slim
WORKDIR /leanvox
COPY . .
RUN npm ci --ignore-scripts && npm run build
ENTRYPOINT ["node", "/leanvox/apps/study/dist/main.js"]
