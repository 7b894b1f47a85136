import { CLF_GUESSES, clfLayouts } from "./clf.js";
import { defineFormat } from "./format.js";

export const vhost = defineFormat({
  name: "vhost",
  aliases: ["vcombined", "vcommon", "vhost_combined", "common_vhost", "common_complete"],
  about: "Combined or Common with the virtual host in front (Debian's other_vhosts_access.log)",
  notation: '%v:%p %h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
  layouts: clfLayouts("vhostCombined", "vhostCommon"),
  own: 2,
  guesses: CLF_GUESSES,
  samples: [
    {
      line: 'example.com 123.45.67.89 - frank zappa [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 2326',
      record: { site: "example.com", client_ip: "123.45.67.89", user: "frank zappa" },
    },
    {
      line: 'example.com:80 2001:db8::1 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 1 "-" "curl"',
      record: { site: "example.com", client_ip: "2001:db8::1", user_agent: "curl" },
    },
  ],
  refusals: [
    {
      line: 'example.com 123.45.67.89 - frank [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200',
      reason: "the line ends where",
    },
  ],
});
