/** The environment: the public address, what is missing or wrong, what production refuses. */
import { expect, test } from "vitest";
import { ConfigError, publicUrl, readEnvironment } from "#src/config.ts";
import { resolveConfig } from "#src/resolve-config.ts";
import { createWorld, useWorlds } from "#test/support/world.ts";
import { startByHttp } from "./scenarios/steps.ts";

useWorlds();

type Variables = Record<string, string | undefined>;

/** Everything that production needs. */
const whole: Variables = {
  NODE_ENV: "production",
  WEBHOOK_BASE_URL: "https://sync.acme.test",
  QSTASH_TOKEN: "qstash-token",
  QSTASH_CURRENT_SIGNING_KEY: "sig_a",
  QSTASH_NEXT_SIGNING_KEY: "sig_b",
  SUPABASE_URL: "https://project.supabase.co",
  SUPABASE_SERVICE_ROLE_KEY: "service-role-secret",
  SLACK_BOT_TOKEN: "xoxb-secret",
  SLACK_SIGNING_SECRET: "signing-secret",
  META_ACCESS_TOKEN: "EAAB-secret",
  SECRETS_KEY: "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI=",
  API_KEYS: "web:a-long-enough-key",
};

function problemsOf(variables: Variables): readonly string[] {
  try {
    readEnvironment(variables);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const addressOf = (variables: Variables) => publicUrl(readEnvironment(variables), 4321);

test("the public address: WEBHOOK_BASE_URL, then Vercel's production host, then NEXTAUTH_URL, then the port; never VERCEL_URL", () => {
  const all = {
    VERCEL_URL: "preview-abc.vercel.app",
    WEBHOOK_BASE_URL: "https://hooks.acme.test/",
    VERCEL_PROJECT_PRODUCTION_URL: "acme.vercel.app",
    NEXTAUTH_URL: "https://app.acme.test",
  };
  expect(addressOf(all)).toBe("https://hooks.acme.test");
  expect(addressOf({ ...all, WEBHOOK_BASE_URL: undefined })).toBe("https://acme.vercel.app");
  expect(addressOf({ VERCEL_URL: all.VERCEL_URL, NEXTAUTH_URL: all.NEXTAUTH_URL })).toBe("https://app.acme.test");
  expect(addressOf({ VERCEL_URL: all.VERCEL_URL })).toBe("http://localhost:4321");
  expect(addressOf({ VERCEL_PROJECT_PRODUCTION_URL: "https://acme.vercel.app/" })).toBe("https://acme.vercel.app");
});

test("an empty variable counts as unset", () => {
  expect(
    addressOf({ WEBHOOK_BASE_URL: "", VERCEL_PROJECT_PRODUCTION_URL: "  ", NEXTAUTH_URL: "https://app.acme.test" }),
  ).toBe("https://app.acme.test");
  expect(readEnvironment({ QSTASH_TOKEN: "", API_KEYS: " ", SLICE_SECONDS: "" })).toMatchObject({ SLICE_SECONDS: 50 });
  expect(readEnvironment({ QSTASH_TOKEN: "" }).QSTASH_TOKEN).toBeUndefined();
});

test("production without anything lists every missing variable at once, each with where to get it", () => {
  const problems = problemsOf({ NODE_ENV: "production" });
  const needed = [
    "QSTASH_TOKEN",
    "SUPABASE_SERVICE_ROLE_KEY",
    "SLACK_BOT_TOKEN",
    "META_ACCESS_TOKEN",
    "SECRETS_KEY",
    "API_KEYS",
  ];
  expect(problems.map((problem) => problem.split(" ")[0])).toEqual(needed);
  for (const problem of problems) expect(problem).toMatch(/get it: \S.+/);
  expect(problemsOf({ VERCEL_ENV: "production" })).toEqual(problems);
  expect(problemsOf(whole)).toEqual([]);
});

test("wrong values and missing companions are listed together, each with its name, and no value is printed", () => {
  const problems = problemsOf({
    ...whole,
    SLICE_SECONDS: "a while",
    PORT: "99999",
    META_API_VERSION: "26",
    API_KEYS: "nokey-secret-value",
    SUPABASE_URL: "project.supabase.co",
    QSTASH_NEXT_SIGNING_KEY: undefined,
    SLACK_SIGNING_SECRET: undefined,
  });
  const names = problems.map((problem) => /^[A-Z_]+/.exec(problem)?.[0] ?? "").toSorted();
  expect(names).toEqual([
    "API_KEYS",
    "META_API_VERSION",
    "PORT",
    "QSTASH_NEXT_SIGNING_KEY",
    "SLACK_SIGNING_SECRET",
    "SLICE_SECONDS",
    "SUPABASE_URL",
  ]);
  expect(problems.join("\n")).not.toContain("secret-value");
  expect(new ConfigError(problems).message).toContain("meta-sync can't start:\n  - ");
});

test.each([
  ["QSTASH_TOKEN", "QSTASH_CURRENT_SIGNING_KEY"],
  ["SUPABASE_SERVICE_ROLE_KEY", "SUPABASE_URL"],
  ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"],
])("%s asks for %s outside production too", (given, asked) => {
  expect(problemsOf({ [given]: "value", WEBHOOK_BASE_URL: "https://sync.acme.test" }).join("\n")).toMatch(
    new RegExp(`${asked} is not set .*get it: `),
  );
});

test("production refuses QSTASH_DEV and every embedded part", () => {
  expect(problemsOf({ ...whole, QSTASH_DEV: "true" })).toEqual([expect.stringContaining("QSTASH_DEV is set")]);
  for (const name of ["QSTASH_TOKEN", "SUPABASE_SERVICE_ROLE_KEY", "SLACK_BOT_TOKEN", "META_ACCESS_TOKEN"]) {
    expect(problemsOf({ ...whole, [name]: undefined })).toEqual([
      expect.stringMatching(new RegExp(`^${name} is not set \\(production`)),
    ]);
  }
});

test("elsewhere any mix of real and embedded parts starts", () => {
  expect(problemsOf({})).toEqual([]);
  expect(problemsOf({ META_ACCESS_TOKEN: "EAAB" })).toEqual([]);
  expect(problemsOf({ SLACK_BOT_TOKEN: "xoxb", SLACK_SIGNING_SECRET: "s" })).toEqual([]);
  const sample = resolveConfig(readEnvironment({ SLACK_BOT_TOKEN: "xoxb", SLACK_SIGNING_SECRET: "s" }), null, 1);
  expect(sample.sampleData).toBe(true);
  const real = resolveConfig(
    readEnvironment({ SLACK_BOT_TOKEN: "xoxb", SLACK_SIGNING_SECRET: "s", META_ACCESS_TOKEN: "EAAB" }),
    null,
    1,
  );
  expect(real.sampleData).toBe(false);
});

test("a real QStash can't reach this machine, unless QSTASH_URL is this machine too", () => {
  const queue = { QSTASH_TOKEN: "t", QSTASH_CURRENT_SIGNING_KEY: "a", QSTASH_NEXT_SIGNING_KEY: "b" };
  for (const address of [undefined, "http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000"]) {
    expect(problemsOf({ ...queue, WEBHOOK_BASE_URL: address })).toEqual([
      expect.stringContaining("the real QStash can't reach"),
    ]);
    expect(problemsOf({ ...queue, WEBHOOK_BASE_URL: address, QSTASH_URL: "http://127.0.0.1:8080" })).toEqual([]);
  }
  expect(problemsOf({ ...queue, WEBHOOK_BASE_URL: "https://sync.acme.test" })).toEqual([]);
  expect(problemsOf({ ...queue, NODE_ENV: "production" }).join("\n")).toContain(
    "the real QStash can't reach localhost",
  );
});

test("a preview without an address of its own publishes nothing: start answers 503 and says why, at every door", async () => {
  const environment = readEnvironment({
    ...whole,
    NODE_ENV: undefined,
    VERCEL_ENV: "preview",
    WEBHOOK_BASE_URL: undefined,
    VERCEL_PROJECT_PRODUCTION_URL: "acme.vercel.app",
  });
  const { publishRefusal } = resolveConfig(environment, null, 1);
  expect(publishRefusal).toContain("WEBHOOK_BASE_URL");
  expect(
    resolveConfig({ ...environment, WEBHOOK_BASE_URL: "https://preview.acme.test" }, null, 1).publishRefusal,
  ).toBeNull();

  const world = await createWorld({ config: { publishRefusal } });
  const answer = await startByHttp(world, "2026110003", "7d");
  expect(answer).toMatchObject({ status: 503, json: { error: { code: "cannot_publish", message: publishRefusal } } });
  const typed = await world.type("2026110003 7d");
  expect(typed.ackedText).toContain("WEBHOOK_BASE_URL");
  await world.run();
  expect(await world.services.db.recentJobs("default", null, 5)).toEqual([]);
});
