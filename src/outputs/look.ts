import type { Style } from "./color.js";

/** How text for people looks: terminal columns, colours, characters, numbers. */
export interface Look {
  readonly width: number;
  readonly style: Style;
  readonly ascii: boolean;
  readonly locale: string;
}
