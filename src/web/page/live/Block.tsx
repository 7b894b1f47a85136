import { bytes, integer, percent } from "../../../outputs/numbers.js";
import type {
  BlockEntry,
  BlockHit,
  BlockNumbers,
  BlockShown,
  BlockSpared,
} from "../../live-data.js";
import { shownValue } from "../model/format.js";
import type { Live, State } from "../model/state.js";
import { Card } from "../parts/Card.js";
import { Code, Copy } from "../parts/Copy.js";
import { middle, Value } from "../parts/Value.js";

/** What `culprit block` would plan for the shown time and filters; nothing is put in force from here. */
export function Block({ state, live }: { readonly state: State; readonly live: Live }) {
  const { state: how, answer, problem } = live.block.value;
  const hasWindow = state.windows.value !== null;
  return (
    <Card id="block" title="Block plan" note="a plan only: nothing is put in force from here" wide>
      <form data-form="block" class="asked">
        <label>
          <span>of</span>
          <select name="over">
            {hasWindow && <option value="incident">the incident</option>}
            <option value="all">all of the log</option>
          </select>
        </label>
        <label>
          <span>remove %</span>
          <input type="number" name="target" min={1} max={100} defaultValue="80" required />
        </label>
        <label>
          <span>of the harm in</span>
          <select name="by">
            <option value="requests">requests</option>
            <option value="bytes">bytes</option>
          </select>
        </label>
        <label>
          <span>bucket</span>
          <input
            type="text"
            name="bucket"
            placeholder="for s3-policy"
            autocomplete="off"
            spellcheck={false}
          />
        </label>
        <button type="submit">Plan</button>
        {how === "running" && (
          <button type="button" data-do="stop-block">
            Stop
          </button>
        )}
        <span class="note" role="status">
          {how === "running" ? "Planning …" : isStale(state, live) ? STALE : ""}
        </span>
      </form>
      {problem !== undefined && <pre role="alert">{problem}</pre>}
      {answer !== undefined && <Plan state={state} plan={answer} />}
    </Card>
  );
}

const STALE = "Of another time or other filters than are shown now: plan again.";

/** The plan that is shown is of something else than the page. */
function isStale(state: State, { block }: Live): boolean {
  const { question, answer } = block.value;
  if (question === undefined || answer === undefined) return false;
  const own = state.windows.value?.incident ?? null;
  const isOther = question.window !== null && question.window.join() !== own?.join();
  return isOther || question.where.join("\n") !== state.data.value.where.join("\n");
}

function Plan({ state, plan }: { readonly state: State; readonly plan: BlockShown }) {
  const { told, numbers, entries, hits, spared, notes, command } = plan;
  const [head = "", ...rest] = told;
  const isEmpty = numbers.entries === 0;
  return (
    <>
      <p class={`headline ${isEmpty ? "calm" : ""}`}>{shownValue(head)}</p>
      {rest.map((sentence) => (
        <p key={sentence}>{shownValue(sentence)}</p>
      ))}
      {!isEmpty && (
        <>
          <Numbers numbers={numbers} />
          <Entries state={state} entries={entries} all={numbers.entries} />
        </>
      )}
      {hits.length > 0 && <Hits state={state} hits={hits} all={numbers.hit_clients} />}
      {spared.length > 0 && <Spared spared={spared} />}
      {!isEmpty && <Targets plan={plan} />}
      <p>The same on the command line, kept for --plan:</p>
      <Code text={command} />
      {notes.map((note) => (
        <p key={note} class="note">
          {shownValue(note)}
        </p>
      ))}
    </>
  );
}

function Numbers({ numbers }: { readonly numbers: BlockNumbers }) {
  const { entries, ipv4, ipv6, removed, requests, hit_clients: hit, people } = numbers;
  const { refused_requests: refused, refused_bytes: kept, verified_bots: bots } = numbers;
  const cells: [title: string, value: string, detail: string][] = [
    ["Entries", integer(entries), `${integer(ipv4)} of IPv4, ${integer(ipv6)} of IPv6`],
    ["Harm removed", percent(removed), ""],
    [
      "Requests refused",
      integer(refused),
      `${percent(requests === 0 ? 0 : refused / requests)} of all, ${bytes(kept)}`,
    ],
    ["Verified crawlers hit", integer(bots), ""],
    [
      "Clients like people hit",
      people === null ? "cannot tell" : integer(people),
      `${integer(hit)} ${hit === 1 ? "client" : "clients"} that nothing accuses`,
    ],
  ];
  return (
    <dl class="figures">
      {cells.map(([title, value, detail]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>
            <strong>{value}</strong>
            {detail !== "" && <span>{detail}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

const shownOf = (shown: number, all: number): string =>
  shown < all ? `the first ${integer(shown)} of ${integer(all)}` : integer(all);

function Entries({
  state,
  entries,
  all,
}: {
  readonly state: State;
  readonly entries: readonly BlockEntry[];
  readonly all: number;
}) {
  return (
    <div class="scroll tall" tabIndex={0} role="region" aria-label="Entries of the plan">
      <table class="rows">
        <caption>Entries: {shownOf(entries.length, all)}</caption>
        <thead>
          <tr>
            <th scope="col">block</th>
            <th scope="col">of the harm</th>
            <th scope="col">addresses</th>
            <th scope="col">why</th>
          </tr>
        </thead>
        <tbody>
          {entries.map(({ cidr, where, share, addresses, reason }) => (
            <tr key={cidr}>
              <th scope="row">
                <Value state={state} field="client_ip" value={cidr} where={where} />
              </th>
              <td>{percent(share)}</td>
              <td>{integer(addresses)}</td>
              <td>{middle(shownValue(reason), 300)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Hits({
  state,
  hits,
  all,
}: {
  readonly state: State;
  readonly hits: readonly BlockHit[];
  readonly all: number;
}) {
  return (
    <details>
      <summary>Also hit, though nothing accuses them: {shownOf(hits.length, all)}</summary>
      <ul class="findings">
        {hits.map((hit) => (
          <li key={`${hit.where} ${hit.user_agent}`}>
            <Value state={state} field="client_ip" value={hit.value} where={hit.where} />{" "}
            {integer(hit.requests)} requests, {shownValue(hit.looks)}:{" "}
            {middle(shownValue(hit.user_agent, "user_agent"), 200)}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Spared({ spared }: { readonly spared: readonly BlockSpared[] }) {
  return (
    <details>
      <summary>
        Spared: {percent(spared.reduce((sum, { share }) => sum + share, 0))} of the harm
      </summary>
      <ul class="findings">
        {spared.map(({ why, share, addresses, count }) => (
          <li key={why}>
            {shownValue(why)}: {percent(share)} from {shownValue(addresses.join(", "))}
            {count > addresses.length && ` and ${integer(count - addresses.length)} more`}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Targets({ plan: { targets, query } }: { readonly plan: BlockShown }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Files of the plan">
      <table class="rows">
        <caption>The plan as a file, meant to hold for 24 hours</caption>
        <thead>
          <tr>
            <th scope="col">for</th>
            <th scope="col">it fits</th>
            <th scope="col">file</th>
            <th scope="col">what takes it back</th>
            <th scope="col">command</th>
          </tr>
        </thead>
        <tbody>
          {targets.map(({ name, about, limit, excess, needs_bucket: needs, command }) => (
            <tr key={name}>
              <th scope="row">
                {name}
                <small>{about}</small>
              </th>
              <td>
                {excess !== null ? `no: ${excess}` : limit === null ? "yes" : `yes: up to ${limit}`}
              </td>
              {needs ? (
                <td colSpan={2}>name the bucket above</td>
              ) : (
                <>
                  <td>
                    {excess === null && (
                      <a href={`/api/block/${name}?${query}`} download>
                        Download
                        <span class="hidden"> for {name}</span>
                      </a>
                    )}
                  </td>
                  <td>
                    <a href={`/api/block/${name}?${query}&undo`} download>
                      Undo
                      <span class="hidden"> for {name}</span>
                    </a>
                  </td>
                </>
              )}
              <td>
                <Copy text={command} label="Copy command" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
