import { integer } from "../../../outputs/numbers.js";
import { shownValue } from "../model/format.js";
import type { Live, SqlShown } from "../model/state.js";
import { Card } from "../parts/Card.js";

/** A person's SELECT on the rows, its answer as a table and as a file. */
export function Sql({ live }: { readonly live: Live }) {
  const { query, state, answer, problem } = live.sql.value;
  return (
    <Card id="sql" title="SQL" note="one SELECT; the table is requests" wide>
      <form data-form="sql">
        <label>
          <span class="hidden">Query</span>
          <textarea name="query" rows={6} spellcheck={false} defaultValue={query} />
        </label>
        <p class="buttons">
          <button type="submit" title="Ctrl+Enter">
            Run
          </button>
          {state === "running" ? (
            <button type="button" data-do="stop-sql">
              Stop
            </button>
          ) : (
            <a href={`/api/sql.csv?query=${encodeURIComponent(query)}`} download>
              Download as CSV
            </a>
          )}
          <span class="note" role="status">
            {state === "running" ? "Running …" : said(answer)}
          </span>
        </p>
      </form>
      {problem !== undefined && <pre role="alert">{problem}</pre>}
      {answer !== undefined && <Answer answer={answer} />}
    </Card>
  );
}

const said = (answer: SqlShown["answer"]): string =>
  answer === undefined
    ? ""
    : `${answer.more ? "the first " : ""}${integer(answer.rows.length)} ${answer.rows.length === 1 ? "row" : "rows"} in ${integer(answer.ms)} ms`;

function Answer({ answer }: { readonly answer: NonNullable<SqlShown["answer"]> }) {
  return (
    <div class="scroll tall" tabIndex={0} role="region" aria-label="Rows of the query">
      <table class="rows">
        <thead>
          <tr>
            {answer.columns.map((name, at) => (
              <th key={at} scope="col">
                {shownValue(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answer.rows.map((row, line) => (
            <tr key={line}>
              {row.map((cell, at) => (
                <td key={at}>{cell === null ? <i>NULL</i> : shownValue(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
