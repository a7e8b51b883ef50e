# A plain host: production brings its own Node, so node-runtime (a dev dependency) is left out.
FROM node:26-slim
WORKDIR /app
COPY package.json package-lock.json ./
COPY tools/node-runtime tools/node-runtime
RUN npm ci --omit=dev
COPY src src
COPY supabase supabase
ENV NODE_ENV=production
USER node
EXPOSE 3000
CMD ["node", "src/main.ts"]
