// Composes the services' schemas as schema/supergraph.yaml says; prints both graphs as JSON.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { composeServices } from "@theguild/federation-composition";
import { parse } from "graphql";
import { load } from "js-yaml";

const [folder] = process.argv.slice(2);
const read = (name) => readFileSync(join(folder, name), "utf8");

const { subgraphs } = load(read("supergraph.yaml"));
const composed = composeServices(
  Object.entries(subgraphs).map(([name, one]) => ({
    name,
    url: one.routing_url,
    typeDefs: parse(read(one.schema)),
  })),
);
if (composed.errors) {
  process.stderr.write(`${composed.errors.map((error) => error.message).join("\n")}\n`);
  process.exit(1);
}
const { supergraphSdl, publicSdl } = composed;
process.stdout.write(
  JSON.stringify({ supergraph: `${supergraphSdl.trim()}\n`, public: publicSdl }),
);
