// JSON schemas as short text: the shape of the JSON with types in place of values. Pure functions.

const DEEPEST = 5;

/** What a `$ref` names. */
export function resolve(spec, value) {
  if (!value?.$ref) return value;
  return value.$ref
    .replace(/^#\//, "")
    .split("/")
    .reduce((at, part) => at?.[part], spec);
}

/** The schema as text. References are followed a few levels down, so that a shape that contains itself ends. */
export function sketch(spec, schema, depth = 0) {
  if (!schema || depth > DEEPEST) return "...";
  if (schema.$ref) return sketch(spec, resolve(spec, schema), depth + 1);
  const either = schema.oneOf ?? schema.anyOf;
  if (either) return either.map((one) => sketch(spec, one, depth + 1)).join(" | ");
  if (schema.allOf) return schema.allOf.map((one) => sketch(spec, one, depth + 1)).join(" & ");
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const types = [schema.type ?? []].flat();
  const texts = types.map((type) => typeText(spec, schema, type, depth));
  return texts.length > 0 ? texts.join(" | ") : "any";
}

function typeText(spec, schema, type, depth) {
  if (type === "array") return `[${sketch(spec, schema.items ?? {}, depth + 1)}]`;
  if (type === "object") return objectText(spec, schema, depth);
  return schema.format ? `${type} (${schema.format})` : type;
}

function objectText(spec, schema, depth) {
  const pad = "  ".repeat(depth + 1);
  const needed = new Set(schema.required ?? []);
  const lines = Object.entries(schema.properties ?? {}).map(([name, inner]) => {
    const text = sketch(spec, inner, depth + 1).replaceAll("\n", "\n  ");
    return `${pad}"${name}"${needed.has(name) ? "" : "?"}: ${text}`;
  });
  if (lines.length === 0) return "{ ... }";
  return `{\n${lines.join(",\n")}\n${"  ".repeat(depth)}}`;
}
