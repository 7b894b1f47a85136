import { parseBlock } from "../../../src/analyses/blockplan/blocks.js";
import type { BlockList, ListedBlock } from "../../../src/outputs/blocklists/blocklist.js";

/** Reasons as a log's author would like them: each would end a comment, a quote, a line somewhere. */
export const hostile = [
  "\ndeny all;\nreturn 444;\n}",
  'x"; drop; } flush ruleset\n#',
  "-->\n<Valve className='evil'/><!--",
  "*/ --> ]]> </Location>\nRequire all denied\n",
  "$(touch /tmp/pwned) `id` ${x} %{REMOTE_ADDR}e \\",
  "\r\nacl culprit_blocked src all\r\nhttp_access allow all",
  "\u0000\u001b[2J\u202Eevil\u2028deny all;",
  "=HYPERLINK(1),ban,0.0.0.0/0\n1h,x,range,ban,0.0.0.0/0",
  `${"-".repeat(300)}${"ü".repeat(200)}`,
  "",
];

export const listed = (cidr: string, reason = "scraper (strong): 300 pages"): ListedBlock => {
  const block = parseBlock(cidr);
  if (block === undefined) throw new Error(cidr);
  return { block, reason };
};

export const cidrs = [
  "203.0.113.11",
  "203.0.100.0/26",
  "198.51.100.128/25",
  "192.0.2.1",
  "2001:db8:5:6::/64",
  "2001:db8:9::/48",
];

export const list = (reason: (at: number) => string = () => "scraper"): BlockList => ({
  entries: cidrs.map((cidr, at) => listed(cidr, reason(at))),
  seconds: 3600,
  bucket: "my-bucket",
});
