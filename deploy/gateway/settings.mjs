// Settings from the environment, read once; every fault is said at once, with names and no values.
import { readFileSync } from "node:fs";

const SECRET_LENGTH_MIN = 32;
const SERVICES = ["matching", "events", "notify"];

export class Faulty extends Error {}

export function read(environment) {
  const faults = [];
  const take = (name, usual, convert = (text) => text) => {
    try {
      const text = given(name, environment) ?? usual;
      if (text === undefined) throw new Error("is not set");
      return convert(text);
    } catch (fault) {
      faults.push(`${name}: ${fault.message}`);
      return undefined;
    }
  };
  const settings = {
    mode: take("KITH_MODE", "production", mode),
    host: take("KITH_HOST", "127.0.0.1"),
    port: take("KITH_PORT", "4000", port),
    issuer: take("KITH_WEB_URL", undefined, (text) => text.replace(/\/+$/, "")),
    secret: take("KITH_GATEWAY_SECRET", undefined, secret),
    schema: take("KITH_SCHEMA", "schema"),
    urls: Object.fromEntries(
      SERVICES.map((name) => [name, take(`KITH_${name.toUpperCase()}_URL`, undefined, address)]),
    ),
  };
  const open = settings.mode === "development" && !isLoopback(settings.host ?? "");
  if (open) faults.push("KITH_HOST: development listens on this machine only");
  if (faults.length) throw new Faulty(faults.join("\n"));
  return settings;
}

/** An empty variable counts as not set; a secret may come as NAME_FILE. */
function given(name, environment) {
  const text = environment[name]?.trim();
  if (text) return text;
  const path = environment[`${name}_FILE`]?.trim();
  if (!path) return undefined;
  try {
    return readFileSync(path, "utf8").trim();
  } catch (fault) {
    throw new Error(`its file cannot be read (${fault.code})`);
  }
}

function mode(text) {
  if (!["production", "development"].includes(text))
    throw new Error("must be one of production, development");
  return text;
}

function port(text) {
  if (!/^\d+$/.test(text) || Number(text) > 65_535) throw new Error("must be a port");
  return Number(text);
}

function secret(text) {
  if (text.length < SECRET_LENGTH_MIN)
    throw new Error(`needs ${SECRET_LENGTH_MIN} characters or more`);
  return text;
}

function address(text) {
  if (!/^https?:$/.test(new URL(text).protocol)) throw new Error("must be an http address");
  return text.replace(/\/+$/, "");
}

const isLoopback = (host) => ["127.0.0.1", "::1", "localhost"].includes(host);
