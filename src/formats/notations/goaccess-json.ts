import type { JsonField, JsonLayout } from "../layout.js";
import { goaccessField, type GoAccessOptions } from "./goaccess.js";
import { refusal } from "./refusal.js";

/**
 * GoAccess's log-format for JSON logs: an object whose values are specifiers,
 * `{"ts":"%x.%^","request":{"client_ip":"%h","uri":"%U"}}`.
 */
export function goaccessJson(logFormat: string, options: GoAccessOptions = {}): JsonLayout {
  let template: unknown;
  try {
    template = JSON.parse(logFormat);
  } catch (error) {
    const at = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? 0);
    throw refusal("goaccess", logFormat, at, 1, "it begins as JSON but is none");
  }
  const json = [...leaves(template, "")].flatMap(({ path, value }): JsonField[] => {
    const field = goaccessField(value, options);
    return field === undefined ? [] : [{ ...field, native: path, paths: [path] }];
  });
  if (json.length === 0) {
    throw refusal("goaccess", logFormat, 0, logFormat.length, "it has no specifier");
  }
  return { json, requires: json.map(({ native }) => native) };
}

/** Every text in the object with the path to it: `request.headers.User-Agent[0]`. */
function* leaves(value: unknown, path: string): Generator<{ path: string; value: string }> {
  if (typeof value === "string") yield { path, value };
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const step = Array.isArray(value) ? `[${name}]` : path === "" ? name : `.${name}`;
    yield* leaves(inner, path + step);
  }
}
