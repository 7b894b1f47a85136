import type { Finding, Told } from "../../data.js";
import { shownValue } from "../model/format.js";
import type { State } from "../model/state.js";
import { Card } from "../parts/Card.js";
import { Code } from "../parts/Copy.js";
import { middle, Value } from "../parts/Value.js";

interface FindingsProps {
  readonly state: State;
  readonly id: string;
  readonly title: string;
  readonly told: Told | null;
  readonly wide?: boolean;
}

/** Findings at once; the others are folded. */
const SHOWN = 5;

/** A paragraph, not a line. */
const LONG = 120;

/** What an analysis found, in words, with the evidence for and against. */
export function Findings({ state, id, title, told, wide = false }: FindingsProps) {
  if (told === null) {
    if (state.live === undefined) return null;
    return (
      <Card id={id} title={title} wide={wide}>
        <p class="empty">
          {state.live.pending.value.has(id) ? "Looking …" : "Nothing to look at."}
        </p>
      </Card>
    );
  }
  const { headline, unusual, findings, notes } = told;
  const accused = findings.filter(({ accuses }) => accuses);
  const others = findings.filter(({ accuses }) => !accuses);
  const first = accused.slice(0, SHOWN);
  const more = accused.slice(SHOWN);
  const item = (finding: Finding, at: number) => (
    <Item key={`${finding.title} ${at}`} state={state} finding={finding} />
  );
  return (
    <Card id={id} title={title} wide={wide}>
      <p class={`headline ${unusual ? "" : "calm"} ${headline.length > LONG ? "long" : ""}`}>
        {shownValue(headline)}
      </p>
      {first.length > 0 && <ol class="findings">{first.map(item)}</ol>}
      {more.length > 0 && (
        <details>
          <summary>{more.length} more</summary>
          <ol class="findings" start={SHOWN + 1}>
            {more.map(item)}
          </ol>
        </details>
      )}
      {others.length > 0 && (
        <details>
          <summary>{others.length} not accused</summary>
          <ul class="findings">{others.map(item)}</ul>
        </details>
      )}
      {notes.map((note) => (
        <p key={note} class="note">
          {shownValue(note)}
        </p>
      ))}
    </Card>
  );
}

const SIGNS = { "+": "for", "-": "against", "": "" } as const;

function Item({ state, finding }: { readonly state: State; readonly finding: Finding }) {
  const { title, badge, accuses, sentence, evidence, where, command, sql } = finding;
  return (
    <li>
      <h3>
        <Value state={state} field="" value={title} where={where ?? ""} />
        {badge !== null && (
          <span class={accuses ? "badge accused" : "badge same"}>{shownValue(badge)}</span>
        )}
      </h3>
      <p>{middle(shownValue(sentence), 400)}</p>
      {evidence.length > 0 && (
        <ul class="signs">
          {evidence.map(({ sign, text }, at) => (
            <li key={at} class={SIGNS[sign]}>
              {SIGNS[sign] !== "" && <span class="hidden">{SIGNS[sign]}: </span>}
              {middle(shownValue(text), 400)}
            </li>
          ))}
        </ul>
      )}
      {(command !== null || sql !== null) && (
        <details>
          <summary>look closer</summary>
          {command !== null && <Code text={command} />}
          {sql !== null && <Code text={sql} />}
        </details>
      )}
    </li>
  );
}
