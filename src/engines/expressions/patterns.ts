/** Escapes and sets as a whole, and what opens a group. */
const PARTS = /\\[^]|\[\^?\]?(?:\\[^]|[^\]])*\]|\((?!\?)/g;

/** How many groups a pattern captures. */
export const countGroups = (pattern: string): number =>
  [...pattern.matchAll(PARTS)].filter(([part]) => part === "(").length;
