import { bytes, integer, percent } from "../../../outputs/numbers.js";
import { shownValue } from "../model/format.js";
import type { State } from "../model/state.js";
import { timeText } from "../model/times.js";
import { Card } from "../parts/Card.js";
import { Code } from "../parts/Copy.js";
import { middle } from "../parts/Value.js";

/** How it was counted, and how to do it again. */
export function Method({ state }: { readonly state: State }) {
  const { command, queries, version, made_at: made, zone } = state.data.value;
  return (
    <Card id="method" title="Method, and how to repeat it">
      <p>
        <b>What changed</b> compares sums per hour of the two times. A field's “moved” is half of
        the differences between the shares of all its values (total variation distance). A baseline
        of the same hours keeps a night from being compared with a day. Rows within a quarter of the
        usual are grey. An error is a status from 400 on.
      </p>
      <p>
        <b>Scrapers, floods, spikes and causes</b> each name their evidence; what speaks against an
        accusation is listed as well. Nobody is accused by one kind of evidence alone.
      </p>
      <p>
        This report was made by culprit {version} at{" "}
        {timeText(Math.floor(made / 1000) * 1000, zone)} {zone}:
      </p>
      <Code text={command} />
      <details>
        <summary>The questions as SQL, for culprit sql</summary>
        {queries.map(({ title, sql }) => (
          <div key={title}>
            <h3>{title}</h3>
            <Code text={sql} />
          </div>
        ))}
      </details>
    </Card>
  );
}

/** What was read, and what was not. */
export function Completeness({ state }: { readonly state: State }) {
  const { accounting, inputs, rejects, formats } = state.data.value;
  const { lines, parsed, rejected, blank } = accounting;
  return (
    <Card id="completeness" title="What was read">
      <p>
        <b>
          {integer(lines)} lines = {integer(parsed)} parsed + {integer(rejected)} rejected +{" "}
          {integer(blank)} blank
        </b>
        {rejected > 0 && ` (${percent(rejected / Math.max(1, lines - blank))} rejected)`}; format{" "}
        {formats.map(({ format }) => format).join(", ") || "unknown"}
      </p>
      <ul class="inputs">
        {inputs.map(({ name, bytes: size, sha256 }) => (
          <li key={name}>
            <span class="value">{shownValue(name)}</span>
            {size !== null && <span>{bytes(size)}</span>}
            {sha256 !== null && <code>SHA-256 {sha256}</code>}
          </li>
        ))}
      </ul>
      {rejects.length > 0 && (
        <details>
          <summary>
            {rejects.length < rejected
              ? `The first ${rejects.length} of ${integer(rejected)} rejected lines`
              : `The rejected lines`}
          </summary>
          <ul class="rejects">
            {rejects.map(({ source, line, reason, raw }) => (
              <li key={`${source} ${line}`}>
                <b>
                  {shownValue(source)}:{line}
                </b>{" "}
                {shownValue(reason)}
                <code>{middle(shownValue(raw), 300)}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  );
}
