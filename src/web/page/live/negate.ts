const CONDITION = /^("(?:[^"\\]|\\.)*"|[^\s=!~<>",]+)(=|~)(?!=)/;

/** The opposite of one condition `FIELD=…` or `FIELD~…`; undefined for others and for several. */
export function negated(where: string): string | undefined {
  if (/"? and \S+[=~<>!]/.test(where.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""'))) return undefined;
  const found = CONDITION.exec(where);
  if (found === null) return undefined;
  const [begin, field = "", operator = ""] = found;
  return `${field}!${operator}${where.slice(begin.length)}`;
}
