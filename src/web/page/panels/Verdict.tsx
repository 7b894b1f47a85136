import type { Cell } from "../../../findings/verdict.js";
import { shownValue } from "../model/format.js";
import type { State } from "../model/state.js";
import { Copy } from "../parts/Copy.js";
import { middle } from "../parts/Value.js";

/** The answer in five cells: who, what, since when, how unusual, what to do. */
export function Verdict({ state }: { readonly state: State }) {
  const { verdict } = state.data.value;
  const cells: [title: string, cell: Cell][] = [
    ["Who", verdict.who],
    ["What", verdict.what],
    ["Since when", verdict.since],
    ["How unusual", verdict.how_unusual],
    ["What to do", verdict.do],
  ];
  return (
    <section class={verdict.unusual ? "verdict unusual" : "verdict calm"} aria-label="Verdict">
      <dl>
        {cells.map(([title, { text, detail, command }]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              <strong>{shownValue(text)}</strong>
              {detail !== undefined && <span>{middle(shownValue(detail), 220)}</span>}
              {command !== undefined && (
                <span class="command">
                  <code>{shownValue(command)}</code>
                  <Copy text={command} />
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {verdict.evidence.length > 0 && (
        <details class="evidence">
          <summary>The counts behind it</summary>
          <ul>
            {verdict.evidence.map((sentence) => (
              <li key={sentence}>{shownValue(sentence)}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
