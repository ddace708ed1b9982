// GraphQL over HTTP as kernel/http.py speaks it, so that both shapes answer the same.
import { getOperationAST, GraphQLError, Kind } from "graphql";

import { Away } from "./graph.mjs";
import { NotSignedIn } from "./tokens.mjs";

const RETRY_AFTER_S = 2;
const VALUES_DEEP_MAX = 200;
const PLAIN = "application/json";
const GRAPHQL = "application/graphql-response+json";
const AWAY =
  "We cannot reach our records just now. Please send it again in a moment: that is safe.";
const NO_JSON = "The request is not JSON in UTF-8.";
const BROKEN = "Something went wrong on our side. We have been told.";

/** What came is no GraphQL request that we take: the status, and a sentence. */
class BadRequest extends Error {
  constructor(message, { status = 400, code = "BAD_INPUT" } = {}) {
    super(message);
    Object.assign(this, { status, code });
  }
}

/** Answer one request; every fault of the request is a 4xx with a sentence. */
export async function answer(door, request) {
  let media = PLAIN;
  try {
    media = mediaOf(request.headers.accept ?? "");
    const parameters = await parametersOf(door, request);
    checkText(parameters);
    const asked = askedOf(door, parameters);
    await checkWho(door, request, asked);
    return await executed(door, request, asked, media);
  } catch (fault) {
    if (fault instanceof Away) return away(media);
    if (!(fault instanceof BadRequest)) throw fault;
    const body = { errors: [{ message: fault.message, extensions: { code: fault.code } }] };
    return reply(
      body,
      fault.status,
      media,
      fault.status === 401 ? { "www-authenticate": "Bearer" } : {},
    );
  }
}

/** What is answered when we are at fault, whatever was asked. */
export function broken(id) {
  const errors = [{ message: BROKEN, extensions: { code: "INTERNAL", request: id } }];
  return reply({ errors }, 500, PLAIN);
}

export function reply(body, status, media, headers = {}) {
  const type = { "content-type": `${media}; charset=utf-8` };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}

async function executed(door, request, asked, media) {
  const { document, validated, errors } = door.graph.read(asked.text, {
    bounded: !asked.isRegistered,
  });
  if (errors) return result(door, { errors }, media);
  if (asked.operation === undefined && document.definitions.filter(isOperation).length > 1)
    return result(
      door,
      { errors: [new GraphQLError("Say by `operationName` which of the operations is meant.")] },
      media,
    );
  const chosen = getOperationAST(document, asked.operation);
  if (!chosen) throw new BadRequest(notChosen(asked.operation));
  const byGet = request.method === "GET";
  if (chosen.operation === "subscription" || (byGet && chosen.operation !== "query"))
    throw new BadRequest(notBy(chosen.operation, request.method), { status: 405 });
  const faults = validated();
  if (faults.length) return result(door, { errors: faults }, media);
  const { operation, variables } = asked;
  return result(
    door,
    await door.graph.run({ document, operation, variables, asker: asker(request) }),
    media,
  );
}

const isOperation = (node) => node.kind === Kind.OPERATION_DEFINITION;
const notChosen = (name) =>
  name ? `Unknown operation named "${name}".` : "Can't get GraphQL operation type";
const notBy = (operation, method) =>
  `${{ mutation: "mutations", subscription: "subscriptions" }[operation]} are not allowed when using ${method}`;

/** What the services are told of who asks: the token and the request's id, and nothing else. */
function asker(request) {
  const { authorization } = request.headers;
  return { "x-request-id": request.id, ...(authorization && { authorization }) };
}

/** A document that never ran has no data: 400 where the client knows the newer media type. */
function result(door, { data, errors = [] }, media) {
  if (errors.some((error) => codeOf(error) === "UNAUTHENTICATED"))
    throw new BadRequest("Your sign-in has ended. Sign in again.", {
      status: 401,
      code: "UNAUTHENTICATED",
    });
  const ran = (data ?? null) !== null || errors.some((error) => error.path);
  const body = ran ? { data: data ?? null } : {};
  if (errors.length) body.errors = errors.map((error) => shown(door, error));
  return reply(body, ran || media === PLAIN ? 200 : 400, media);
}

const codeOf = (error) => error.extensions?.code;

/** The error as the client may see it; what broke here is logged here, and masked. */
function shown(door, error) {
  const { message, path } = error;
  const locations = error.locations?.length ? { locations: error.locations } : {};
  if (codeOf(error)) {
    const extensions = { code: codeOf(error) };
    return { message, ...locations, ...(path && { path }), extensions };
  }
  if (!path && error instanceof GraphQLError)
    return { message, ...locations, extensions: { code: "BAD_INPUT" } };
  door.log("error", "a field could not be answered", { path, error: error.name });
  return { message: BROKEN, ...locations, ...(path && { path }), extensions: { code: "INTERNAL" } };
}

function away(media) {
  const errors = [{ message: AWAY, extensions: { code: "INTERNAL" } }];
  return reply({ errors }, 503, media, { "retry-after": String(RETRY_AFTER_S) });
}

/** Without a token only registered operations may be asked; a bad one may ask nothing. */
async function checkWho(door, request, asked) {
  const code = { status: 401, code: "UNAUTHENTICATED" };
  const { authorization } = request.headers;
  if (authorization === undefined) {
    if (!asked.isRegistered) throw new BadRequest("Sign in first.", code);
    return;
  }
  try {
    await door.verifier.check(authorization);
  } catch (fault) {
    if (!(fault instanceof NotSignedIn)) throw fault;
    throw new BadRequest("Your sign-in has ended. Sign in again.", code);
  }
}

/** What to answer in: plain JSON unless the newer type is asked for by name. */
function mediaOf(accept) {
  const wanted = new Set(accept.split(",").map((part) => part.split(";")[0].trim().toLowerCase()));
  if (wanted.has(GRAPHQL)) return GRAPHQL;
  if (["", "*/*", "application/*", PLAIN].some((one) => wanted.has(one))) return PLAIN;
  throw new BadRequest(`Answers are ${PLAIN} or ${GRAPHQL}.`, { status: 406 });
}

async function parametersOf(door, request) {
  if (request.method === "GET") return ofQuery(door, request);
  const [kind, ...rest] = (request.headers["content-type"] ?? "").split(";");
  const charset = rest.join(";").toLowerCase().replaceAll(/[ "]/g, "");
  if (kind.trim().toLowerCase() !== PLAIN || !["", "charset=utf-8"].includes(charset))
    throw new BadRequest(`Send ${PLAIN} in UTF-8.`, { status: 415 });
  const parameters = json(await bodyOf(door, request));
  if (Array.isArray(parameters)) throw new BadRequest("Send one request at a time.");
  if (parameters === null || typeof parameters !== "object")
    throw new BadRequest("The body must be a JSON object.");
  return parameters;
}

function ofQuery(door, request) {
  const query = request.url.split("?").slice(1).join("?");
  if (query.length > door.limits.BODY_BYTES_MAX)
    throw new BadRequest("The address is too long.", { status: 414 });
  const parameters = Object.fromEntries(new URLSearchParams(query));
  for (const name of ["variables", "extensions"])
    if (name in parameters) parameters[name] = json(Buffer.from(parameters[name]));
  return parameters;
}

/** The body, given up on as soon as it is too long, whatever its length was said to be. */
async function bodyOf(door, request) {
  const { BODY_BYTES_MAX } = door.limits;
  const parts = [];
  let length = 0;
  for await (const part of request.body) {
    length += part.length;
    if (length > BODY_BYTES_MAX)
      throw new BadRequest(`A request is at most ${BODY_BYTES_MAX} bytes long.`, { status: 413 });
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function json(bytes) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new BadRequest(NO_JSON);
  }
}

/** Refuse U+0000 and half a character, which no database text can hold, wherever they are. */
function checkText(value, deep = 0) {
  if (deep > VALUES_DEEP_MAX) throw new BadRequest("The request is nested too deeply.");
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new BadRequest(NO_JSON);
    if (value.includes("\0")) throw new BadRequest("Text may not hold NUL or half a character.");
  } else if (value !== null && typeof value === "object") {
    for (const [name, one] of Object.entries(value)) {
      checkText(name, deep + 1);
      checkText(one, deep + 1);
    }
  }
}

function askedOf(door, parameters) {
  const identity = ofKind(parameters, "documentId", isText, "a text");
  let text = ofKind(parameters, "query", isText, "a text");
  ofKind(parameters, "extensions", isObject, "an object");
  if ((text === null) === (identity === null))
    throw new BadRequest("Send either `query` or `documentId`.");
  if (identity !== null) {
    if (!Object.hasOwn(door.documents, identity))
      throw new BadRequest("No operation is registered under this documentId.");
    text = door.documents[identity];
  }
  return {
    text,
    isRegistered: identity !== null,
    operation: ofKind(parameters, "operationName", isText, "a text") || undefined,
    variables: ofKind(parameters, "variables", isObject, "an object") ?? {},
  };
}

const isText = (value) => typeof value === "string";
const isObject = (value) => typeof value === "object" && !Array.isArray(value);

function ofKind(parameters, name, is, says) {
  const value = parameters[name] ?? null;
  if (value !== null && !is(value)) throw new BadRequest(`\`${name}\` must be ${says}.`);
  return value;
}
