/** Starts the whole program on a long-lived host: server, embedded parts where no real one is set, app, duties. */
import { createApp } from "./app.ts";
import { isProduction, realParts } from "./config.ts";
import type { Environment } from "./environment.ts";
import { migrate } from "./db/migrate.ts";
import { createGate } from "./gate.ts";
import { listen } from "./listen.ts";
import type { World } from "./local/world.ts";
import { createLog } from "./log.ts";
import { resolveConfig, type EmbeddedParts } from "./resolve-config.ts";
import { createServices, type Services } from "./services.ts";
import { keepDuties } from "./duties.ts";

export interface Running {
  services: Services;
  world: World | null;
  /** http://localhost:<port> */
  address: string;
  /** Turns new requests away, waits for those under way (slices claim no more parts), closes everything. Twice is once. */
  stop(): Promise<void>;
}

/** The embedded world is loaded only when a part of it is needed: production never loads it. */
async function startEmbedded(environment: Environment, port: number): Promise<World | null> {
  const real = realParts(environment);
  const parts = { slack: !real.slack, queue: !real.queue, database: !real.database, meta: !real.meta };
  if (!Object.values(parts).includes(true)) return null;
  const { startWorld } = await import("./local/world.ts");
  const base = `http://localhost:${port}`;
  const { SLACK_SIGNING_SECRET: slackSigningSecret, META_APP_SECRET: metaAppSecret } = environment;
  const world = await startWorld({
    dataDir: environment.META_SYNC_DATA_DIR,
    parts,
    databaseKind: environment.META_SYNC_DB,
    base: () => base,
    appUrl: () => base,
    ...(slackSigningSecret === undefined ? {} : { slackSigningSecret }),
    ...(metaAppSecret === undefined ? {} : { metaAppSecret }),
  });
  if (world.database !== null) {
    await migrate(world.database.database);
    await world.database.afterMigrations();
  }
  return world;
}

/** What the app is told about the embedded parts: addresses and keys, as if they were the real ones. */
function embeddedParts(world: World, base: string): EmbeddedParts {
  const { identity, database, queue, slack, graph } = world;
  const prefix = `${base}/_world`;
  const keys = database?.keys;
  return {
    id: identity.id,
    secretsKey: identity.secretsKey,
    ...(keys === undefined
      ? {}
      : { database: { url: `${prefix}/supabase`, serviceRoleKey: keys.serviceRoleKey, anonKey: keys.anonKey } }),
    ...(queue === null ? {} : { queue: { url: `${prefix}/qstash`, ...queue.keys } }),
    ...(slack === null
      ? {}
      : {
          slack: {
            apiUrl: `${prefix}/slack/api/`,
            botToken: slack.credentials.botToken,
            signingSecrets: [slack.credentials.signingSecret],
          },
        }),
    ...(graph === null
      ? {}
      : { meta: { graphUrl: `${prefix}/graph`, accessToken: graph.credentials.accessToken, appSecret: null } }),
  };
}

/** Throws what can't be mended here: a taken port, a data directory in use, a failing migration. */
export async function start(
  environment: Environment,
  options: { isPortChosen: boolean; write: (line: string) => void },
): Promise<Running> {
  const production = isProduction(environment);
  const listening = await listen({ port: environment.PORT, isPortChosen: options.isPortChosen, publicly: production });
  const address = `http://localhost:${listening.port}`;
  let stopping = false;
  const world = await startEmbedded(environment, listening.port).catch(async (error: unknown) => {
    await listening.close();
    throw error;
  });
  const now = world?.clock.now ?? Date.now;
  const log = createLog(environment.LOG_LEVEL, now, options.write);
  const config = resolveConfig(environment, world === null ? null : embeddedParts(world, address), listening.port);
  const services = createServices(config, { now, random: Math.random, log, isStopping: () => stopping });
  const gate = createGate(createApp(services).fetch);
  listening.open((request, env) => {
    const isWorlds = world !== null && world.owns(new URL(request.url).pathname);
    return isWorlds ? world.wire.fetch(request, env) : gate.enter(request, env);
  });
  world?.open();
  const duties = keepDuties(services);
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    stopping = true;
    log.info("stopping");
    duties.stop();
    // What the embedded queue has in flight ends before the database goes; the rest is delivered after the next start.
    world?.queue?.pause();
    await gate.close();
    await world?.queue?.settle();
    await services.background.settle();
    await world?.close();
    await listening.close();
  };
  return { services, world, address, stop: () => (stopped ??= stop()) };
}
