import type { ResolveOptions } from "../../src/sources/resolve.js";
import { whole } from "./streams.js";

/** Surroundings for resolveInputs, and the warnings that it gave. */
export function surroundings(
  given: Partial<ResolveOptions> = {},
): ResolveOptions & { readonly warnings: string[] } {
  const warnings: string[] = [];
  return {
    stdin: whole(Buffer.from("from stdin\n")),
    stdinIsTTY: false,
    cwd: "/",
    warn: (message) => warnings.push(message),
    ...given,
    warnings,
  };
}
