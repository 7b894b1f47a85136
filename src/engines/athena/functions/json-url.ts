import { jsonPath } from "./literals.js";
import { each, macro, refused, same, type Rules } from "./rule.js";

/** The parts of a URL, as java.net.URI cuts it: scheme, authority, path, query, fragment. */
const URI = "'^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\\?([^#]*))?(?:#(.*))?$'";
/** What java.net.URI refuses: blanks, brackets and quotes as they are, a percent sign without digits. */
const INVALID =
  "'[\\x00-\\x20\\x7f\"<>\\\\^`{|}]|%(?:[^0-9A-Fa-f]|[0-9A-Fa-f][^0-9A-Fa-f]|[0-9A-Fa-f]?$)'";
const ofValid = (sql: string): string =>
  `CASE WHEN NOT regexp_matches(u, ${INVALID}) THEN ${sql} END`;
const part = (group: number): string => `regexp_extract(u, ${URI}, ${group})`;
const HOST = "'^(?:[^@]*@)?(\\[[^\\]]*\\]|[^:]*)(?::([0-9]*))?$'";
const decodedForm = (sql: string): string => `url_decode(replace(${sql}, '+', '%20'))`;
/** The first parameter of that name; one without a value is the empty text. */
const parameter = `list_filter(string_split(${part(4)}, '&'), lambda p: split_part(p, '=', 1) = name)[1]`;
const ofJson = (sql: string): string => `CASE WHEN json_valid(j) THEN ${sql} END`;

const path = { 1: jsonPath };

/**
 * https://trino.io/docs/current/functions/json.html
 * https://trino.io/docs/current/functions/url.html
 */
export const jsonAndUrls: Rules = {
  json_extract_scalar: macro(
    2,
    `(j, p) AS ${ofJson("CASE WHEN json_type(j, p) NOT IN ('OBJECT', 'ARRAY', 'NULL') THEN json_extract_string(j, p) END")}`,
    path,
  ),
  json_extract: macro(2, `(j, p) AS ${ofJson("json_extract(j, p)")}`, path),
  json_array_length: macro(
    1,
    `(j) AS ${ofJson("CASE WHEN json_type(j) = 'ARRAY' THEN json_array_length(j) END")}`,
  ),
  json_parse: macro(1, "(t) AS CAST(t AS JSON)"),
  json_format: macro(1, "(j) AS CAST(j AS VARCHAR)"),
  ...each(
    "json_query json_value json_exists json_object json_array",
    refused(
      "The SQL standard's JSON functions are not known here",
      "Write json_extract_scalar(j, '$.a')",
    ),
  ),
  url_extract_protocol: macro(1, `(u) AS ${ofValid(part(1))}`),
  url_extract_host: macro(1, `(u) AS ${ofValid(`regexp_extract(${part(2)}, ${HOST}, 1)`)}`),
  url_extract_port: macro(
    1,
    `(u) AS ${ofValid(`try_cast(regexp_extract(${part(2)}, ${HOST}, 2) AS BIGINT)`)}`,
  ),
  url_extract_path: macro(1, `(u) AS ${ofValid(`url_decode(${part(3)})`)}`),
  url_extract_query: macro(1, `(u) AS ${ofValid(`url_decode(${part(4)})`)}`),
  url_extract_fragment: macro(1, `(u) AS ${ofValid(`url_decode(${part(5)})`)}`),
  url_extract_parameter: macro(
    2,
    `(u, name) AS ${ofValid(decodedForm(`substr(${parameter}, length(name) + 2)`))}`,
  ),
  url_decode: macro(1, `(t) AS ${decodedForm("t")}`),
  url_encode: macro(
    1,
    "(t) AS replace(replace(replace(url_encode(t), '%20', '+'), '%2A', '*'), '~', '%7E')",
  ),
  ...each(
    "ip_prefix ip_subnet_min ip_subnet_max ip_subnet_range is_subnet_of",
    refused(
      "Networks of addresses have no type here",
      "The record has the network: SELECT client_net, count(*) FROM requests GROUP BY 1; ip_in(client_ip, '10.0.0.0/8') tests one",
    ),
  ),
  /** culprit's own: whether an address lies in a network. */
  ip_in: same(2),
};
