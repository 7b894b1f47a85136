/** The filter language of `--where`: `parseWhere` reads it, `whereSql` writes it for the engine. */
export type { Condition, Operator, Span, Where, WhereValue } from "./where-ast.js";
export { ipIn } from "./where-ip.js";
export { parseWhere } from "./where-parse.js";
export { whereColumns, whereSql } from "./where-sql.js";
export { whereText } from "./where-text.js";
export type { WhereOptions } from "./where-value.js";
