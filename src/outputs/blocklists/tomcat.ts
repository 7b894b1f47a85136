import { textOf } from "../../analyses/blockplan/blocks.js";
import { expiryOf, type BlockTarget } from "./blocklist.js";
import { plainReason } from "./reason.js";

/** RemoteCIDRValve: https://tomcat.apache.org/tomcat-10.1-doc/config/valve.html, from Tomcat 8.5.37 on. */
export const tomcat: BlockTarget = {
  name: "tomcat",
  about: "Tomcat: a RemoteCIDRValve for server.xml or context.xml",
  emit: (list) =>
    [
      "<!-- culprit block: put this into Engine, Host or Context, behind a proxy after RemoteIpValve.",
      `     It is meant to hold ${expiryOf(list)}; undo: take the Valve out.`,
      ...list.entries.map(({ block, reason }) => `     ${textOf(block)}: ${plainReason(reason)}.`),
      "-->",
      ...(list.entries.length === 0
        ? []
        : [
            '<Valve className="org.apache.catalina.valves.RemoteCIDRValve"',
            `       deny="${list.entries.map(({ block }) => textOf(block)).join(",")}" />`,
          ]),
      "",
    ].join("\n"),
  undo: () => "<!-- culprit block: nobody is denied; put this in the Valve's place. -->\n",
};
