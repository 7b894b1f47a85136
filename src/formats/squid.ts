import { defineFormat } from "./format.js";
import { squidLayout } from "./notations/squid.js";
import { afterSyslog } from "./notations/syslog.js";

const native = "%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt";
const plain = squidLayout(native);
/** With `log_mime_hdrs on` the headers of both sides follow in brackets. */
const withHeaders = squidLayout(`${native} [%>h] [%<h]`);

export const squid = defineFormat({
  name: "squid",
  aliases: ["squid-native"],
  about: "Squid's own access.log, also behind a syslog prefix",
  notation: native,
  layouts: [plain, withHeaders, ...afterSyslog(plain)],
  samples: [],
  refusals: [],
});
