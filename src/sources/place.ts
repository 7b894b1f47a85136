import path from "node:path";

/** A file by the name people know it by and by where it lies. */
export interface Place {
  readonly name: string;
  readonly absolute: string;
}

/** How to write an absolute path for people who gave `given`: relative as they did, or whole. */
export function showLike(given: string, cwd: string): (absolute: string) => string {
  if (path.isAbsolute(given)) return (absolute) => absolute;
  return (absolute) => path.relative(cwd, absolute) || ".";
}
