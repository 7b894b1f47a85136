import { integer } from "../../../outputs/numbers.js";
import type { AlertMessage, AlertSilence, AlertsShown, AlertShown } from "../../live-data.js";
import { shownValue } from "../model/format.js";
import type { Live, State } from "../model/state.js";
import { timeText } from "../model/times.js";
import { Card } from "../parts/Card.js";
import { Code } from "../parts/Copy.js";
import { middle, Value } from "../parts/Value.js";
import { endOf } from "../panels/Timeline.js";

/** What fires, what has fired and what is silenced, as `culprit check` and `watch` remember it. */
export function Alerts({ state, live }: { readonly state: State; readonly live: Live }) {
  const { state: how, answer, problem } = live.alerts.value;
  return (
    <Card
      id="alerts"
      title="Alerts"
      tools={
        <button type="button" data-do="alerts" disabled={how === "running"}>
          Look again
        </button>
      }
      wide
    >
      {problem !== undefined && <pre role="alert">{problem}</pre>}
      {answer === undefined ? (
        <p class="empty">{how === "running" ? "Looking …" : ""}</p>
      ) : (
        <Shown state={state} alerts={answer} />
      )}
    </Card>
  );
}

const count = (number: number, one: string, more: string): string =>
  `${integer(number)} ${number === 1 ? one : more}`;

function Shown({ state, alerts }: { readonly state: State; readonly alerts: AlertsShown }) {
  const { current, past, messages, silences, place, series } = alerts;
  const firing = current.filter(({ phase }) => phase === "firing").length;
  const pending = current.length - firing;
  const waiting = pending === 0 ? "" : `; ${count(pending, "waits", "wait")} to be sure`;
  const { zone } = state.data.value;
  return (
    <>
      <p class={firing > 0 ? "headline" : "headline calm"}>
        {firing === 0 ? "Nothing fires" : count(firing, "alert fires", "alerts fire")}
        {waiting}.
      </p>
      {current.length > 0 && (
        <ol class="findings">
          {current.map((alert, at) => (
            <Alert key={at} state={state} alert={alert} />
          ))}
        </ol>
      )}
      {silences.length > 0 && (
        <ul class="findings" aria-label="Silences">
          {silences.map((one) => (
            <Silence key={one.id} silence={one} zone={zone} />
          ))}
        </ul>
      )}
      {messages.length > 0 && (
        <ul class="findings" aria-label="Messages that nobody has taken">
          {messages.map((one, at) => (
            <Message key={at} message={one} zone={zone} />
          ))}
        </ul>
      )}
      {past.length > 0 && (
        <details>
          <summary>{count(past.length, "is over", "are over")}</summary>
          <ul class="findings">
            {past.map((alert, at) => (
              <Alert key={at} state={state} alert={alert} />
            ))}
          </ul>
        </details>
      )}
      <p class="note">
        {series === 0
          ? "No rule has been checked yet: culprit check and culprit watch remember theirs in "
          : `${count(series, "series", "series")} of rules, remembered in `}
        <code>{shownValue(place)}</code>
      </p>
    </>
  );
}

const BADGES = { firing: "fires", pending: "waits to be sure", over: "over" } as const;

function Alert({ state, alert }: { readonly state: State; readonly alert: AlertShown }) {
  const { rule, labels, phase, from, until, summary, explanation, command, told, silence } = alert;
  const { zone } = state.data.value;
  const time = (at: number): string => timeText(at, zone);
  const during = until === null ? `since ${time(from)}` : `${time(from)} to ${time(until)}`;
  const known = told === null ? "" : `; told at ${time(told)}`;
  return (
    <li>
      <h3>
        <span class="value">{shownValue(rule)}</span>
        {labels.map(({ name, value, where }) => (
          <span key={name} class="label">
            {shownValue(name)}=
            <Value state={state} field={name} value={value} where={where} />
          </span>
        ))}
        <span class={phase === "firing" ? "badge accused" : "badge same"}>{BADGES[phase]}</span>
      </h3>
      {summary !== "" && <p>{middle(shownValue(summary), 400)}</p>}
      <p class="note">
        {during} {zone}
        {known}
        {silence !== null && `; silenced by ${shownValue(silence)}`}
        <Show state={state} from={from} until={until} />
      </p>
      {(explanation !== null || command !== null) && (
        <details>
          <summary>look closer</summary>
          {explanation !== null && <p>{middle(shownValue(explanation), 800)}</p>}
          {command !== null && <Code text={command} />}
        </details>
      )}
    </li>
  );
}

/** A button that makes an alert's time the incident, where the log covers it. */
function Show({
  state,
  from,
  until,
}: {
  readonly state: State;
  readonly from: number;
  readonly until: number | null;
}) {
  const { series } = state.data.value;
  if (series === null || from >= endOf(series) || (until ?? Infinity) <= series.from) return null;
  return (
    <>
      {" "}
      <button type="button" data-span={`${from},${until ?? endOf(series)}`}>
        Show as the incident
      </button>
    </>
  );
}

function Silence({ silence, zone }: { readonly silence: AlertSilence; readonly zone: string }) {
  const { id, labels, until, by, comment } = silence;
  return (
    <li>
      <h3>
        <span class="value">{shownValue(labels.join(" "))}</span>
        <span class="badge same">silenced</span>
      </h3>
      <p class="note">
        {shownValue(id)}, until {timeText(Math.floor(until / 1000) * 1000, zone)} {zone}, by{" "}
        {shownValue(by)}
        {comment !== "" && `: ${middle(shownValue(comment), 200)}`}
      </p>
    </li>
  );
}

function Message({ message, zone }: { readonly message: AlertMessage; readonly zone: string }) {
  const { rule, channel, status, attempts, reason, decided } = message;
  return (
    <li>
      <h3>
        <span class="value">{shownValue(rule)}</span>
        <span class="badge same">{status === "refused" ? "not delivered" : "to be delivered"}</span>
      </h3>
      <p class="note">
        for {shownValue(channel)} since {timeText(Math.floor(decided / 1000) * 1000, zone)} {zone},{" "}
        {count(attempts, "attempt", "attempts")}
        {reason !== null && `: ${middle(shownValue(reason), 200)}`}
      </p>
    </li>
  );
}
