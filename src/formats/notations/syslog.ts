import { other, text } from "../kinds/text.js";
import type { Kind } from "../kinds/kind.js";
import type { Item, Layout } from "../layout.js";

/** The time a relay wrote: the record has the server's own. */
const received = (pattern: string, spaces: number): Kind => ({
  ...text("_syslog_time", { pattern }),
  spaces,
});

const relay: Item = { native: "syslog_host", kind: other() };
const tag: Item = { native: "syslog_tag", kind: text("_syslog_tag", { pattern: "[^ \\t:]+" }) };
const clock = "\\d\\d:\\d\\d:\\d\\d";

/** `Feb 25 16:19:49 host tag[7]: `. https://www.rfc-editor.org/rfc/rfc3164#section-4.1 */
const rfc3164: readonly Item[] = [
  {
    native: "syslog_time",
    kind: received(`(?:<\\d{1,3}>)?[A-Z][a-z]{2} [ \\d]?\\d ${clock}`, 2),
  },
  { literal: " " },
  relay,
  { literal: " " },
  tag,
  { literal: ": " },
];

/** The same without the host, as a program writes it to its own machine's log. */
const local: readonly Item[] = rfc3164.filter((_, index) => index !== 2 && index !== 3);

/** The tag alone, where a relay has taken the rest. */
const tagged: readonly Item[] = [tag, { literal: ": " }];

const iso = `\\d{4}-\\d\\d-\\d\\dT${clock}(?:[.]\\d+)?(?:Z|[+-]\\d\\d:\\d\\d)`;

/** `2019-02-25T16:19:49+01:00 host tag[7]: `, as rsyslog and journald write it to files. */
const dated: readonly Item[] = [
  { native: "syslog_time", kind: received(`(?:<\\d{1,3}>)?${iso}`, 0) },
  ...rfc3164.slice(1),
];

/** `<134>1 2019-02-25T16:19:49Z host app 7 - - `. https://www.rfc-editor.org/rfc/rfc5424#section-6 */
const rfc5424: readonly Item[] = [
  { native: "syslog_time", kind: received(`(?:<\\d{1,3}>)?1 (?:${iso}|-)`, 1) },
  { literal: " " },
  relay,
  { literal: " " },
  {
    native: "syslog_tag",
    kind: {
      ...text("_syslog_tag", { pattern: "[^ \\t]+ [^ \\t]+ [^ \\t]+ (?:-|\\[[^\\]]*\\])" }),
      spaces: 3,
    },
  },
  { literal: " " },
];

/** The layout behind each of the prefixes that syslog writes. */
export const afterSyslog = (layout: Layout): Layout[] =>
  [rfc3164, dated, rfc5424, local, tagged].map((prefix) => ({
    ...layout,
    items: [...prefix, ...layout.items],
    // The day of the month is padded with a space.
    padded: (layout.padded ?? 0) + 1,
  }));
