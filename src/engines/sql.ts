/** provisional */
export const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const literal = (value: string | number): string =>
  typeof value === "number" ? String(value) : `'${value.replaceAll("'", "''")}'`;
