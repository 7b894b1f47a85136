// The pages of docs/ that say what the code already says: commands, fields, formats.

/** What others call the fields: OpenTelemetry, Elastic Common Schema, W3C extended log, AWS (S3 or load balancer). */
const otherNames = {
  time: ["(log record timestamp)", "@timestamp", "date time", "requestdatetime, time"],
  epoch_s: ["", "", "", ""],
  log_type: ["", "event.dataset", "", "type"],
  site: ["server.address", "host.name", "s-sitename", "bucket_name, elb"],
  client_ip: ["client.address", "client.ip", "c-ip", "remoteip, client_ip"],
  client_port: ["client.port", "client.port", "c-port", "client_port"],
  client_net: ["", "", "", ""],
  user: ["user.name", "user.name", "cs-username", ""],
  session_id: ["session.id", "", "", ""],
  method: ["http.request.method", "http.request.method", "cs-method", "request_verb"],
  scheme: ["url.scheme", "url.scheme", "cs-protocol", "type"],
  host: ["url.domain", "url.domain", "cs-host", "endpoint, domain_name"],
  path: ["url.path", "url.path", "cs-uri-stem", ""],
  query: ["url.query", "url.query", "cs-uri-query", ""],
  protocol: ["network.protocol.version", "http.version", "cs-version", "request_proto"],
  request_target: ["http.target", "url.original", "cs-uri", "request_uri, request_url"],
  status: [
    "http.response.status_code",
    "http.response.status_code",
    "sc-status",
    "httpstatus, elb_status_code",
  ],
  error_code: ["error.type", "error.code", "sc-substatus", "errorcode, error_reason"],
  bytes_sent: [
    "http.response.body.size",
    "http.response.bytes",
    "sc-bytes",
    "bytessent, sent_bytes",
  ],
  bytes_received: ["http.request.body.size", "http.request.bytes", "cs-bytes", "received_bytes"],
  duration_ms: [
    "http.server.request.duration",
    "event.duration",
    "time-taken",
    "totaltime, *_processing_time",
  ],
  first_byte_ms: ["", "", "time-to-first-byte", "turnaroundtime"],
  user_agent: [
    "user_agent.original",
    "user_agent.original",
    "cs(User-Agent)",
    "useragent, user_agent",
  ],
  referrer: ["http.request.header.referer", "http.request.referrer", "cs(Referer)", "referrer"],
  cookie: ["http.request.header.cookie", "", "cs(Cookie)", ""],
  target_ip: ["server.address", "destination.ip", "s-ip", "target_ip"],
  target_port: ["server.port", "destination.port", "s-port", "target_port"],
  tls_protocol: ["tls.protocol.version", "tls.version", "ssl-protocol", "tlsversion, ssl_protocol"],
  tls_cipher: ["tls.cipher", "tls.cipher", "ssl-cipher", "ciphersuite, ssl_cipher"],
  tls_handshake_ms: ["", "", "", "tls_handshake_time_ms"],
  cache_result: ["", "", "x-edge-result-type", ""],
  hierarchy: ["", "", "s-hierarchy", ""],
  operation: ["rpc.method", "event.action", "", "operation"],
  bucket: ["aws.s3.bucket", "aws.s3.bucket.name", "", "bucket_name"],
  key: ["aws.s3.key", "aws.s3.object.key", "", "key"],
  object_size: ["", "", "sc-content-len", "objectsize"],
  request_id: ["aws.request_id", "http.request.id", "x-edge-request-id", "requestid, trace_id"],
  requester: ["enduser.id", "user.id", "", "requester"],
  country: ["client.geo.country.iso_code", "client.geo.country_iso_code", "c-country", ""],
  asn: ["client.as.number", "client.as.number", "asn", ""],
  as_org: ["", "client.as.organization.name", "", ""],
  owner: ["", "", "", ""],
  extra: ["", "", "", ""],
  source: ["log.file.path", "log.file.path", "", ""],
  line: ["", "log.offset", "", ""],
};

/** @param {string} text */
const cell = (text) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");

/**
 * @param {string[]} titles
 * @param {string[][]} rows
 */
const table = (titles, rows) =>
  [titles, titles.map(() => "---"), ...rows]
    .map((row) => `| ${row.map(cell).join(" | ")} |`)
    .join("\n");

/** @param {string} text */
const code = (text) => (text === "" ? "" : `\`${text}\``);

/** @param {readonly import("../src/cli/flags.js").Flag[]} flags */
const flagTables = (flags) =>
  [...new Set(flags.map(({ group }) => group))].map((group) => {
    const rows = flags
      .filter((flag) => flag.group === group)
      .map(({ flags: text, about, choices, fallback, repeat }) => [
        code(text),
        about +
          (choices === undefined ? "" : ` (${choices.join(", ")})`) +
          (fallback === undefined ? "" : `; default ${fallback}`) +
          (repeat === true ? "; repeatable" : ""),
      ]);
    return table([group === "This command" ? "flag" : group, "meaning"], rows);
  });

/**
 * @param {readonly import("../src/cli/command.js").Command[]} commands
 * @param {readonly import("../src/cli/flags.js").Flag[]} common
 */
export function commandsPage(commands, common) {
  const pages = commands.map((command) => {
    const examples = command.examples.map(
      ([text, meaning]) => `${text}${meaning === "" ? "" : `    # ${meaning}`}`,
    );
    return [
      `## culprit ${command.name}`,
      `\`culprit ${command.name} ${command.usage}\`: ${command.about}.`,
      `\`\`\`sh\n${examples.join("\n")}\n\`\`\``,
      ...flagTables(command.flags),
    ].join("\n\n");
  });
  return `# Commands\n\nWritten from the flags themselves; \`culprit help COMMAND\` prints the same.\n\n${flagTables(common).join("\n\n")}\n\n${pages.join("\n\n")}\n`;
}

/** @param {Readonly<Record<string, import("../src/formats/record.js").Column>>} record */
export function fieldsPage(record) {
  const rows = Object.entries(record).map(([name, { type, about }]) => [
    code(name),
    type,
    about,
    ...(otherNames[/** @type {keyof typeof otherNames} */ (name)] ?? ["", "", "", ""]).map(code),
  ]);
  const titles = ["field", "type", "meaning", "OpenTelemetry", "ECS", "W3C", "AWS (Athena)"];
  return `# Fields of the record\n\nEvery format fills the same row. What a log does not carry is NULL; \`-\` and empty text are NULL.\n\n${table(titles, rows)}\n`;
}

/** @param {readonly import("../src/formats/format.js").Format[]} formats */
export function formatsPage(formats) {
  const rows = formats.map(({ name, aliases, about }) => [
    code(name),
    aliases.map(code).join(" "),
    about,
  ]);
  const details = formats.map(
    ({ name, notation, samples }) =>
      `## ${name}\n\n\`\`\`text\n${notation}\n\`\`\`\n\n\`\`\`text\n${samples[0]?.line ?? ""}\n\`\`\``,
  );
  return `# Formats\n\n\`--format NAME\` takes a name or alias, whatever its case; without it the format is recognised from the lines.\nAnything else: \`--log-format STRING\`, with \`--dialect\` apache, nginx, squid, tomcat, tomcat9, varnish, goaccess or haproxy where the string alone does not tell. Tomcat 9 and older count \`%D\` in milliseconds (\`--dialect tomcat9\`), Tomcat 10 and later in microseconds (\`--dialect tomcat\`).\n\n${table(["format", "also called", "written by"], rows)}\n\n${details.join("\n\n")}\n`;
}

/** Fields that have no row of other names. */
export const unnamed = (/** @type {object} */ record) =>
  Object.keys(record).filter((name) => !(name in otherNames));
