import { bytes, duration, integer, percent } from "../../../outputs/numbers.js";
import type { OriginCost } from "../../data.js";
import type { State } from "../model/state.js";
import { Card } from "../parts/Card.js";
import { Value } from "../parts/Value.js";

/** Who makes the server behind the cache work; only of rows that `culprit stitch` joined. */
export function Origin({ state }: { readonly state: State }) {
  const { origin } = state.data.value;
  if (origin === null) return null;
  const { rows, clients, rate, ambiguous } = origin;
  return (
    <Card
      id="origin"
      title="What the misses cost behind"
      note={`top ${rows.length} of ${integer(clients)} clients`}
      wide
    >
      <p class="headline long">{headline(origin)}</p>
      {rows.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Cost behind, by client">
          <Rows state={state} origin={origin} />
        </div>
      )}
      {rate !== null && (
        <p class="note">
          {percent(rate)} of what the front passed on has its line behind
          {ambiguous > 0 && `, ${integer(ambiguous)} of them ambiguous`}. The cost is a part of all
          time behind, or of the requests where the server behind logs no times.
        </p>
      )}
    </Card>
  );
}

function headline({ requests, behind, behind_ms: ms, behind_bytes: sent }: OriginCost): string {
  const part = percent(requests === 0 ? 0 : behind / requests);
  const cost = [
    ...(ms === null ? [] : [`${duration(ms)} of its time`]),
    ...(sent === null ? [] : [bytes(sent)]),
  ];
  return `The server behind answered ${integer(behind)} of ${integer(requests)} requests (${part})${
    cost.length === 0 ? "" : `: ${cost.join(", ")}`
  }.`;
}

function Rows({ state, origin }: { readonly state: State; readonly origin: OriginCost }) {
  const most = Math.max(...origin.rows.map(({ cost_share: share }) => share), 1e-9);
  return (
    <table class="numbers">
      <thead>
        <tr>
          <th scope="col">client IP</th>
          <th scope="col">requests</th>
          <th scope="col">behind</th>
          <th scope="col">time behind</th>
          <th scope="col">bytes behind</th>
          <th scope="col">of the cost</th>
        </tr>
      </thead>
      <tbody>
        {origin.rows.map(({ value, where, requests, behind, cost_share: share, ...cost }) => (
          <tr key={where}>
            <th scope="row">
              <Value state={state} field="client_ip" value={value} where={where} />
              <span class="bars" aria-hidden="true">
                <i class="plain" style={{ width: `${((100 * share) / most).toFixed(2)}%` }} />
              </span>
            </th>
            <td>{integer(requests)}</td>
            <td>
              {integer(behind)} ({percent(behind / requests)})
            </td>
            <td>{cost.behind_ms === null ? "–" : duration(cost.behind_ms)}</td>
            <td>{cost.behind_bytes === null ? "–" : bytes(cost.behind_bytes)}</td>
            <td>{percent(share)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
