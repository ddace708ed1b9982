// What the gateway's rule says of each document of standard input; prints sentences or nulls.
import { readFileSync } from "node:fs";

import { buildSchema, parse } from "graphql";

import { tooMuch } from "../../deploy/gateway/cost.mjs";

const { sdl, documents, limits } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const schema = buildSchema(sdl);
const judged = (text) => {
  try {
    return tooMuch(schema, parse(text, { maxTokens: limits.TOKENS_MAX }), limits);
  } catch {
    return "no document";
  }
};
process.stdout.write(JSON.stringify(documents.map(judged)));
