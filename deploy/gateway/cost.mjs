// How much a document may ask for: the rule of kernel/cost.py, at the door of the region shape.
//
// Each fragment is costed once, however often it is spread. A test gives both the same documents.
import {
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
} from "graphql";

export class TooMuch extends Error {}

/** What is too much about a document, as a sentence, or null. */
export function tooMuch(schema, document, limits) {
  try {
    weigh(schema, document, limits);
    return null;
  } catch (fault) {
    if (fault instanceof TooMuch) return fault.message;
    throw fault;
  }
}

/** Every operation and every fragment, spread or not: validation walks them all. */
function weigh(schema, document, limits) {
  const of = (kind) => document.definitions.filter((node) => node.kind === kind);
  const fragments = new Map(of(Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]));
  const weighing = new Weighing(schema, fragments, limits);
  if (fragments.size > limits.FRAGMENTS_MAX)
    throw new TooMuch(`The document has more than ${limits.FRAGMENTS_MAX} fragments.`);
  for (const name of fragments.keys()) weighing.spread(name);
  let cost = 0;
  for (const node of of(Kind.OPERATION_DEFINITION))
    cost += weighing.selections(node.selectionSet, schema.getRootType(node.operation)).cost;
  weighing.bound({ cost, aliases: 0, depth: 0 });
}

class Weighing {
  #known = new Map();
  #open = new Set();
  #fields = 0;

  constructor(schema, fragments, limits) {
    Object.assign(this, { schema, fragments, limits });
  }

  /** The sum of a selection set. Stops as soon as it is too much. */
  selections(found, parent) {
    const sum = { cost: 0, aliases: 0, depth: 0 };
    this.#written(found);
    for (const node of found.selections) {
      const one = this.#one(node, parent);
      sum.cost += one.cost;
      sum.aliases += one.aliases;
      sum.depth = Math.max(sum.depth, one.depth);
      this.bound(sum);
    }
    return sum;
  }

  spread(name) {
    if (this.#known.has(name)) return this.#known.get(name);
    if (this.#open.has(name)) throw new TooMuch(`Fragment '${name}' contains itself.`);
    const definition = this.fragments.get(name);
    if (!definition) return { cost: 0, aliases: 0, depth: 0 }; // validation says that it is missing
    this.#open.add(name);
    const parent = this.schema.getType(definition.typeCondition.name.value);
    this.#known.set(name, this.selections(definition.selectionSet, parent));
    this.#open.delete(name);
    return this.#known.get(name);
  }

  bound({ cost, aliases, depth }) {
    const { DEPTH_MAX, ALIASES_MAX, COST_MAX } = this.limits;
    if (depth > DEPTH_MAX) throw new TooMuch(`The document goes deeper than ${DEPTH_MAX} levels.`);
    if (aliases > ALIASES_MAX)
      throw new TooMuch(`The document has more than ${ALIASES_MAX} aliases.`);
    if (cost > COST_MAX)
      throw new TooMuch(`The document asks for too much at once (more than ${COST_MAX} fields).`);
  }

  #one(node, parent) {
    if (node.kind === Kind.FIELD) return this.#field(node, parent);
    if (node.kind === Kind.FRAGMENT_SPREAD) return this.spread(node.name.value);
    const narrowed = node.typeCondition;
    const type = narrowed ? this.schema.getType(narrowed.name.value) : parent;
    return this.selections(node.selectionSet, type);
  }

  #field(node, parent) {
    const has = isObjectType(parent) || isInterfaceType(parent);
    const definition = has ? parent.getFields()[node.name.value] : undefined;
    const alias = node.alias ? 1 : 0;
    if (!node.selectionSet) return { cost: 1, aliases: alias, depth: 1 };
    const named = definition && getNamedType(definition.type);
    const inside = this.selections(node.selectionSet, named);
    // How deep a question about the schema itself may go is the validation rules' affair.
    const depth = node.name.value.startsWith("__") ? 0 : inside.depth + 1;
    const cost = 1 + this.#times(node, definition) * inside.cost;
    return { cost, aliases: alias + inside.aliases, depth };
  }

  /** How many times what is inside may be answered; edges are the page of their connection. */
  #times(node, definition) {
    const { PAGE_MAX, LIST_GUESS } = this.limits;
    const asked = node.arguments?.find((argument) => argument.name.value === "first")?.value;
    if (asked) {
      const first = asked.kind === Kind.INT ? Number(asked.value) : PAGE_MAX;
      return Math.max(1, Math.min(first, PAGE_MAX));
    }
    if (!definition || node.name.value === "edges") return 1;
    const first = definition.args.find((argument) => argument.name === "first");
    if (first) return typeof first.defaultValue === "number" ? first.defaultValue : PAGE_MAX;
    return isListType(getNullableType(definition.type)) ? LIST_GUESS : 1;
  }

  /** Count what is written down, wherever it is spread. */
  #written(found) {
    const { NAMESAKES_MAX, FIELDS_WRITTEN_MAX } = this.limits;
    const names = new Map();
    for (const node of found.selections) {
      if (node.kind !== Kind.FIELD) continue;
      const name = (node.alias ?? node.name).value;
      names.set(name, (names.get(name) ?? 0) + 1);
      this.#fields += 1;
    }
    if (Math.max(0, ...names.values()) > NAMESAKES_MAX)
      throw new TooMuch(`A field is asked for more than ${NAMESAKES_MAX} times in one place.`);
    if (this.#fields > FIELDS_WRITTEN_MAX)
      throw new TooMuch(`The document names more than ${FIELDS_WRITTEN_MAX} fields.`);
  }
}
