// The gateway of the region shape: one graph in front of three services, and nothing of its own.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import { Graph } from "./graph.mjs";
import { answer, broken, reply } from "./http.mjs";
import { Faulty, read } from "./settings.mjs";
import { Verifier } from "./tokens.mjs";

const GRACE_MS = 10_000;
const PROBE_TIMEOUT_MS = 2_000;
// Longer than a balancer keeps one, so that it is never we who hang up on a request.
const KEEP_ALIVE_MS = 75_000;
const REQUEST_TIMEOUT_MS = 15_000;
const REQUEST_ID = /^[A-Za-z0-9-]{8,64}$/;
const TEXT = { "content-type": "text/plain; charset=utf-8" };
const SAFE = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};

function log(level, event, facts = {}) {
  const line = { timestamp: new Date().toISOString(), level, logger: "gateway", event, ...facts };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

/** Where it broke, without what it says: that may hold a name. */
const placesOf = (fault) =>
  (fault.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));

async function open(settings) {
  const exported = (name) => readFileSync(join(settings.schema, name), "utf8");
  const { limits, tokens } = JSON.parse(exported("edge.json"));
  const graph = await Graph.open({
    supergraph: exported("supergraph.graphql"),
    limits,
    locations: Object.fromEntries(
      Object.entries(settings.urls).map(([name, url]) => [name, `${url}/graphql`]),
    ),
    secret: settings.secret,
    introspection: settings.mode === "development",
  });
  const verifier = new Verifier({
    registerUrl: settings.urls.matching,
    issuer: settings.issuer,
    tokens,
  });
  return {
    graph,
    limits,
    verifier,
    documents: JSON.parse(exported("operations.json")),
    urls: settings.urls,
  };
}

/** Whether every service answers; why not, in words. */
async function ready({ urls }) {
  const asked = Object.entries(urls).map(async ([name, url]) => {
    const alive = await fetch(`${url}/live`, {
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    }).catch(() => null);
    return alive?.ok ? null : `The service ${name} cannot be reached.`;
  });
  const why = (await Promise.all(asked)).filter(Boolean);
  return reply({ ready: !why.length, why }, why.length ? 503 : 200, "application/json");
}

async function routed(door, request) {
  const path = request.url.split("?")[0];
  if (path === "/graphql") {
    if (["GET", "POST"].includes(request.method))
      return answer(
        {
          ...door,
          log: (level, event, facts) => log(level, event, { request: request.id, ...facts }),
        },
        request,
      );
    return { status: 405, headers: { ...TEXT, allow: "GET, POST" }, body: "Method Not Allowed" };
  }
  if (path === "/live") return reply({ live: true }, 200, "application/json");
  if (path === "/ready") return ready(door);
  return { status: 404, headers: TEXT, body: "Not Found" };
}

async function served(door, incoming, outgoing) {
  const given = incoming.headers["x-request-id"];
  const id = REQUEST_ID.test(given ?? "") ? given : randomUUID().replaceAll("-", "");
  const { method, url, headers } = incoming;
  let told;
  try {
    told = await routed(door, { id, method, url, headers, body: incoming });
  } catch (fault) {
    log("error", "a request was not answered", {
      request: id,
      error: fault.name,
      places: placesOf(fault),
    });
    told = broken(id);
  }
  // Who sent more than we read is not worth keeping a connection for.
  const closing = incoming.complete ? {} : { connection: "close" };
  outgoing.writeHead(told.status, { ...SAFE, ...told.headers, ...closing, "x-request-id": id });
  outgoing.end(told.body);
}

function stop(server) {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), GRACE_MS).unref();
}

try {
  const settings = read(process.env);
  const door = await open(settings);
  const server = createServer((incoming, outgoing) => served(door, incoming, outgoing));
  Object.assign(server, { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_TIMEOUT_MS });
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => stop(server));
  server.listen(settings.port, settings.host, () =>
    log("info", "listening", { port: settings.port }),
  );
} catch (fault) {
  if (!(fault instanceof Faulty)) throw fault;
  process.stderr.write(`${fault.message}\n`);
  process.exit(1);
}
