import { bytes, integer, percent } from "../../../outputs/numbers.js";
import type { Table } from "../../data.js";
import { fieldName } from "../model/format.js";
import type { State } from "../model/state.js";
import { Card } from "../parts/Card.js";
import { Columns } from "../parts/Columns.js";
import { Value } from "../parts/Value.js";

/** Shares of statuses, methods, User-Agents … */
export function Tables({ state }: { readonly state: State }) {
  const { tables } = state.data.value;
  if (tables.length === 0) return null;
  return (
    <Card id="shares" title="Shares of all requests" wide>
      <div class="tables">
        {tables.map((table) => (
          <Shares key={table.title} state={state} table={table} />
        ))}
      </div>
    </Card>
  );
}

function Shares({ state, table }: { readonly state: State; readonly table: Table }) {
  const { title, field, rows, groups } = table;
  const most = Math.max(...rows.map(({ share }) => share), 1e-9);
  return (
    <div class="dimension">
      <h3>
        {title}{" "}
        {groups > rows.length && (
          <small>
            top {rows.length} of {integer(groups)}
          </small>
        )}
      </h3>
      <table>
        <Columns />
        <thead class="hidden">
          <tr>
            <th scope="col">{fieldName(field)}</th>
            <th scope="col">requests</th>
            <th scope="col">bytes</th>
            <th scope="col">share</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.where}>
              <th scope="row">
                <Value state={state} field={field} value={row.value} where={row.where} />
                <span class="bars" aria-hidden="true">
                  <i class="plain" style={{ width: `${((100 * row.share) / most).toFixed(2)}%` }} />
                </span>
              </th>
              <td>{integer(row.requests)}</td>
              <td class="before">{bytes(row.bytes_sent)}</td>
              <td>{percent(row.share)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
