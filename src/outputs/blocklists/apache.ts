import { textOf } from "../../analyses/blockplan/blocks.js";
import { expiryOf, type BlockTarget } from "./blocklist.js";
import { plainReason } from "./reason.js";

/**
 * `Require not ip`: https://httpd.apache.org/docs/2.4/mod/mod_authz_core.html. Negation alone cannot
 * succeed, so that it stands beside `all granted`; `AuthMerging And` keeps what other sections require.
 */
export const apache: BlockTarget = {
  name: "apache",
  about: "Apache 2.4: Require not ip, to be included in the server or a virtual host",
  emit: (list) =>
    [
      "# culprit block: Include this file in the server's or a virtual host's configuration,",
      "# after other sections for /, then apachectl graceful.",
      `# It is meant to hold ${expiryOf(list)}; undo: culprit block --for apache --undo.`,
      '<Location "/">',
      "  AuthMerging And",
      "  <RequireAll>",
      "    Require all granted",
      ...list.entries.flatMap(({ block, reason }) => [
        `    # ${plainReason(reason)}`,
        `    Require not ip ${textOf(block)}`,
      ]),
      "  </RequireAll>",
      "</Location>",
      "",
    ].join("\n"),
  undo: () =>
    "# culprit block: nobody is refused; put this in the list's place, then apachectl graceful.\n",
};
