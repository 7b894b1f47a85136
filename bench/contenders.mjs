import { fromAwk, fromCount, fromGoAccess, fromLnav, fromReport, fromRows } from "./answers.mjs";

/**
 * @typedef {object} Contender
 * @property {string} command what the shell runs, in the folder with the logs
 * @property {(stdout: string) => import("./answers.mjs").Answers} answers
 * @property {string} [needs] the program it needs; left out where it is missing
 */

/**
 * @typedef {object} Contest
 * @property {string} title
 * @property {readonly Contender[]} contenders the first one is the measure of the others
 */

const AWK = { answers: fromAwk };
const ROWS = { answers: fromRows };

const three = [
  "(SELECT client_ip, path, count(*) AS requests FROM requests GROUP BY ALL ORDER BY requests DESC LIMIT 20)",
  "(SELECT client_ip, sum(bytes_sent) AS bytes_sent FROM requests GROUP BY ALL ORDER BY bytes_sent DESC LIMIT 20)",
  "(SELECT strftime(time, '%Y-%m-%d %H:00') AS hour, count(*) AS requests FROM requests GROUP BY ALL)",
].join(" UNION ALL BY NAME ");

const lnav = (/** @type {string} */ columns, /** @type {string} */ log) =>
  `lnav -n -c ";SELECT ${columns}, count(*) AS n FROM access_log GROUP BY ${columns} ORDER BY n DESC LIMIT 20" ${log}`;

/** The logs that the contests read. */
export const logs = {
  all: "access.log",
  million: "million.log",
  packed: "access.log.gz",
};

/** @type {readonly Contest[]} */
export const contests = [
  {
    title: "Requests per client and path",
    contenders: [
      { ...ROWS, command: `culprit top client_ip,path ${logs.all} --jsonl` },
      { ...AWK, needs: "mawk", command: `mawk -f awk/pairs.awk ${logs.all}` },
      { ...AWK, needs: "gawk", command: `gawk -f awk/pairs.awk ${logs.all}` },
      { answers: fromCount, command: `node floor.mjs ${logs.all}` },
    ],
  },
  {
    title: "Requests per client and target, with the query",
    contenders: [
      { ...ROWS, command: `culprit top client_ip,request_target ${logs.all} --jsonl` },
      { ...AWK, needs: "mawk", command: `mawk -f awk/targets.awk ${logs.all}` },
      { ...AWK, needs: "gawk", command: `gawk -f awk/targets.awk ${logs.all}` },
    ],
  },
  {
    title: "Requests per hour",
    contenders: [
      { ...ROWS, command: `culprit top hour -n 1000 ${logs.all} --jsonl` },
      { ...AWK, needs: "mawk", command: `mawk -f awk/hours.awk ${logs.all}` },
      { ...AWK, needs: "gawk", command: `gawk -f awk/hours.awk ${logs.all}` },
    ],
  },
  {
    title: "Client and path by requests, clients by bytes, requests per hour",
    contenders: [
      {
        ...ROWS,
        command:
          `culprit top client_ip,path ${logs.all} --jsonl && ` +
          `culprit top client_ip --by bytes_sent ${logs.all} --jsonl && ` +
          `culprit top hour -n 1000 ${logs.all} --jsonl`,
      },
      { ...ROWS, command: `culprit sql "${three}" ${logs.all} --jsonl` },
      { ...AWK, needs: "mawk", command: `mawk -f awk/three.awk ${logs.all}` },
      { ...AWK, needs: "gawk", command: `gawk -f awk/three.awk ${logs.all}` },
      { answers: fromReport, command: `culprit report ${logs.all} --json` },
    ],
  },
  {
    title: "Compressed: requests per client and path",
    contenders: [
      { ...ROWS, command: `culprit top client_ip,path ${logs.packed} --jsonl` },
      { ...AWK, needs: "mawk", command: `gzip -dc ${logs.packed} | mawk -f awk/pairs.awk` },
    ],
  },
  {
    title: "The first million lines",
    contenders: [
      { ...ROWS, command: `culprit top client_ip,path ${logs.million} --jsonl` },
      { answers: fromReport, command: `culprit report ${logs.million} --json` },
      { ...AWK, needs: "mawk", command: `mawk -f awk/three.awk ${logs.million}` },
      {
        needs: "lnav",
        answers: fromLnav("pair"),
        command: lnav("c_ip, cs_uri_stem", logs.million),
      },
      {
        needs: "goaccess",
        answers: fromGoAccess,
        command: `goaccess ${logs.million} --log-format=COMBINED --no-progress -o goaccess.json >&2 && cat goaccess.json`,
      },
    ],
  },
];
