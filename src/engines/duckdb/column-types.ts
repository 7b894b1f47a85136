import type { ColumnType } from "../../formats/record.js";

/** The embedded engine's names of the record's types. */
export const columnSqlTypes: Readonly<Record<ColumnType, string>> = {
  text: "VARCHAR",
  ip: "VARCHAR",
  int: "BIGINT",
  float: "DOUBLE",
  time: "TIMESTAMP",
  map: "MAP(VARCHAR, VARCHAR)",
};
