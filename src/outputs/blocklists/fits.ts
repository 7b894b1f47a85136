import { excessOf, type BlockList } from "./blocklist.js";
import { blockTargets } from "./registry.js";

/** Whether a target takes a list, and why not. */
export interface Fits {
  readonly name: string;
  readonly excess: string | undefined;
}

/** Which targets take the list; a policy's size is measured with the longest name of a bucket. */
export function fitsOf(listed: BlockList): Fits[] {
  const list = { bucket: "b".repeat(63), ...listed };
  return blockTargets.map((target) => ({
    name: target.name,
    excess: excessOf(target, list, target.emit(list)),
  }));
}
