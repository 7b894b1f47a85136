import { textOf } from "../../analyses/blockplan/blocks.js";
import { expiryOf, type BlockList, type BlockTarget } from "./blocklist.js";
import { plainReason } from "./reason.js";

/** `deny`: https://nginx.org/en/docs/http/ngx_http_access_module.html */
export const nginx: BlockTarget = {
  name: "nginx",
  about: "nginx: deny lines, to be included in http, server or location",
  emit: (list) =>
    [
      "# culprit block: include this file in http, server or location, then nginx -s reload.",
      "# A level with allow or deny lines of its own ignores those of the levels above it.",
      `# It is meant to hold ${expiryOf(list)}; undo: culprit block --for nginx --undo.`,
      ...list.entries.map(({ block, reason }) => `deny ${textOf(block)}; # ${plainReason(reason)}`),
      "",
    ].join("\n"),
  undo: () =>
    "# culprit block: nobody is denied; put this in the list's place, then nginx -s reload.\n",
};

/** `geo`: https://nginx.org/en/docs/http/ngx_http_geo_module.html, a search tree for long lists. */
export const nginxGeo: BlockTarget = {
  name: "nginx-geo",
  about: "nginx: a geo map for long lists, to be included in http",
  emit: (list) => geo(list, expiryOf(list)),
  undo: (list) => geo({ ...list, entries: [] }, "for good"),
};

const geo = ({ entries }: BlockList, expiry: string): string =>
  [
    "# culprit block: include this file in http, and in each server or location:",
    "#   if ($culprit_blocked) { return 403; }",
    `# It is meant to hold ${expiry}; undo: culprit block --for nginx-geo --undo, then nginx -s reload.`,
    "geo $culprit_blocked {",
    "  default 0;",
    ...entries.map(({ block, reason }) => `  ${textOf(block)} 1; # ${plainReason(reason)}`),
    "}",
    "",
  ].join("\n");
