// The composed graph: reads documents, and has the services answer their parts of them.
import { createGatewayRuntime } from "@graphql-hive/gateway-runtime";
import {
  getOperationAST,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  print,
  specifiedRules,
  validate,
} from "graphql";
import { getVariableValues } from "graphql/execution/values.js";

import { tooMuch } from "./cost.mjs";

const TIMEOUT_MS = 10_000;

/** Nobody can be asked just now; sending it again is safe. */
export class Away extends Error {}

/** A service did not take what was sent, so nothing of it ran. */
class NeverRan extends Error {
  constructor(errors) {
    super("never ran");
    this.errors = errors;
  }
}

export class Graph {
  #read = new Map();

  /** `locations` says where each service is, `secret` proves to them who we are. */
  static async open({ supergraph, limits, locations, secret, introspection }) {
    const graph = new Graph();
    const rules = introspection ? [] : [NoSchemaIntrospectionCustomRule];
    const http = {
      getSubgraphExecutor: ({ subgraphName }) =>
        asks(locations[subgraphName.toLowerCase()], secret),
    };
    const runtime = createGatewayRuntime({
      supergraph,
      // Named here, because the bundle cannot find them by name while it runs.
      transports: { http, "*": http },
      logging: false,
      landingPage: false,
      graphiql: false,
      maskedErrors: false,
      requestId: false,
      subgraphErrors: false,
    });
    const schema = await runtime.getSchema();
    return Object.assign(graph, { runtime, schema, limits, rules: [...specifiedRules, ...rules] });
  }

  /** The document and what forbids it: errors of its text, of the schema, or of its size. */
  read(text, { bounded }) {
    const key = `${bounded} ${text}`;
    const known = this.#read.get(key);
    if (known) return known;
    const read = this.#judged(text, bounded);
    if (this.#read.size >= this.limits.DOCUMENTS_REMEMBERED)
      this.#read.delete(this.#read.keys().next().value);
    this.#read.set(key, read);
    return read;
  }

  #judged(text, bounded) {
    let document;
    try {
      document = parse(text, { maxTokens: this.limits.TOKENS_MAX });
      checkLiterals(document);
      const fault = bounded ? tooMuch(this.schema, document, this.limits) : null;
      if (fault) throw new GraphQLError(fault);
    } catch (fault) {
      if (fault instanceof RangeError)
        return { errors: [new GraphQLError("The document is nested too deeply.")] };
      return { errors: [fault] };
    }
    const validated = () => validate(this.schema, document, this.rules, { hideSuggestions: true });
    return { document, validated: once(validated) };
  }

  /** Run one operation. Raises Away; a document that never ran has errors alone. */
  async run({ document, operation, variables, asker }) {
    const chosen = getOperationAST(document, operation);
    const given = getVariableValues(this.schema, chosen.variableDefinitions ?? [], variables);
    if (given.errors) return { errors: given.errors };
    const told = { asker, away: false, neverRan: null, isAbsent: false };
    const enveloped = this.runtime.getEnveloped({ told });
    const contextValue = await enveloped.contextFactory();
    const result = await enveloped.execute({
      schema: this.schema,
      document,
      operationName: operation,
      variableValues: variables,
      contextValue,
    });
    if (told.away) throw new Away();
    if (told.neverRan) return { errors: told.neverRan };
    return told.isAbsent ? withoutTheAbsent(result) : result;
  }
}

/** What asks one service: by POST, as the gateway, on behalf of who asked us. */
function asks(location, secret) {
  const printed = new WeakMap();
  return async ({ document, variables, operationName, context }) => {
    const { told } = context;
    if (!printed.has(document)) printed.set(document, print(document));
    const query = printed.get(document);
    try {
      const body = JSON.stringify({ query, variables, operationName });
      const answer = read(await sent(location, { ...told.asker, "kith-gateway": secret }, body));
      told.isAbsent ||= lacks(answer.data);
      return answer;
    } catch (fault) {
      if (fault instanceof NeverRan) told.neverRan = fault.errors;
      else told.away = true;
      throw fault;
    }
  };
}

async function sent(location, headers, body) {
  const answer = await fetch(location, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", accept: "application/json" },
    body,
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (answer.status >= 500) throw new Away();
  return answer.json();
}

/** A service that could not read an argument ran nothing; then neither did we. */
function read(answer) {
  if (answer.data === undefined && answer.errors) throw new NeverRan(answer.errors);
  return answer;
}

/** Whether a service did not find, or does not show, a thing that another one refers to. */
const lacks = (data) =>
  Object.entries(data ?? {}).some(
    ([name, found]) => name.endsWith("_entities") && found?.includes(null),
  );

/** Then the thing is null, as it is where one process knows both, and no fault of anybody's. */
function withoutTheAbsent({ data, errors = [] }) {
  const left = errors.filter(
    ({ message }) => !message.startsWith("Cannot return null for non-nullable"),
  );
  return left.length ? { data, errors: left } : { data };
}

/** Refuse U+0000 in a literal, where `\u0000` hides it from the check of what was sent. */
function checkLiterals(document) {
  for (let token = document.loc?.startToken; token; token = token.next)
    if (token.value?.includes("\0")) throw new GraphQLError("Text may not hold NUL.");
}

function once(make) {
  let made;
  return () => (made ??= make());
}
