import type { Signal } from "@preact/signals";
import { middle } from "../parts/Value.js";
import { negated } from "./negate.js";

/** Where the menu of a value stands, and of which. */
export interface MenuAt {
  readonly where: string;
  readonly value: string;
  readonly left: number;
  readonly top: number;
}

/** What can be done with a value: keep only it, leave it out, copy it. */
export function Menu({ at }: { readonly at: Signal<MenuAt | undefined> }) {
  const shown = at.value;
  if (shown === undefined) return null;
  return (
    <div
      class="menu"
      role="menu"
      aria-label={middle(shown.value, 60)}
      style={{ left: `${shown.left}px`, top: `${shown.top}px` }}
    >
      <button type="button" role="menuitem" data-menu="only">
        Only this
      </button>
      {negated(shown.where) !== undefined && (
        <button type="button" role="menuitem" data-menu="not">
          Not this
        </button>
      )}
      <button type="button" role="menuitem" data-menu="copy">
        Copy
      </button>
    </div>
  );
}
