import { bytes, integer, percent, times } from "../../../outputs/numbers.js";
import type { RankedRow, Ranking } from "../../data.js";
import { fieldName } from "../model/format.js";
import type { State } from "../model/state.js";
import { Card } from "../parts/Card.js";
import { Value } from "../parts/Value.js";

/** The largest against the average of all, and how uneven the whole is. */
export function Rankings({ state }: { readonly state: State }) {
  return (
    <>
      {state.data.value.rankings
        .filter(({ rows, total }) => rows.length > 0 && total > 0)
        .map((ranking, at) => (
          <RankingCard key={ranking.title} state={state} ranking={ranking} id={`ranking-${at}`} />
        ))}
    </>
  );
}

interface RankingProps {
  readonly state: State;
  readonly ranking: Ranking;
  readonly id: string;
}

function RankingCard({ state, ranking, id }: RankingProps) {
  const { title, field, rows, by, groups, mean, median, gini, half, top10, lorenz } = ranking;
  const show = (value: number): string =>
    by === "bytes_sent" ? bytes(Math.round(value)) : value < 10 ? value.toFixed(1) : integer(value);
  const name = fieldName(field);
  return (
    <Card id={id} title={title} note={`top ${rows.length} of ${integer(groups)}`}>
      <div class={lorenz.length > 0 ? "ranking with-curve" : "ranking"}>
        <div class="scroll" tabIndex={0} role="region" aria-label={`${title}, rows`}>
          <Rows state={state} ranking={ranking} name={name} />
        </div>
        {lorenz.length > 0 && <Lorenz points={lorenz} gini={gini} name={`${name}s`} />}
      </div>
      <p class="note">
        The top 10 make {percent(top10)}; {integer(half)} of {integer(groups)} make half. Mean{" "}
        {show(mean)}, median {show(median)}, Gini {gini.toFixed(2)} (0: all the same, 1: one has it
        all).
      </p>
    </Card>
  );
}

function Rows({
  state,
  ranking,
  name,
}: {
  readonly state: State;
  readonly ranking: Ranking;
  readonly name: string;
}) {
  const { rows, field } = ranking;
  const most = rows[0]?.share ?? 1;
  let sum = 0;
  const cells = (row: RankedRow) => {
    sum += row.share;
    return (
      <tr key={row.where}>
        <th scope="row">
          <Value state={state} field={field} value={row.value} where={row.where} />
          <span class="bars" aria-hidden="true">
            <i class="plain" style={{ width: `${((100 * row.share) / most).toFixed(2)}%` }} />
          </span>
        </th>
        <td>{integer(row.requests)}</td>
        <td>{bytes(row.bytes_sent)}</td>
        <td>{percent(row.share)}</td>
        <td>{percent(Math.min(1, sum))}</td>
        <td>{times(row.times_mean)}</td>
        <td>{row.times_median === null ? "–" : times(row.times_median)}</td>
      </tr>
    );
  };
  return (
    <table class="numbers">
      <thead>
        <tr>
          <th scope="col">{name}</th>
          <th scope="col">requests</th>
          <th scope="col">bytes</th>
          <th scope="col">share</th>
          <th scope="col">summed</th>
          <th scope="col">× mean</th>
          <th scope="col">× median</th>
        </tr>
      </thead>
      <tbody>{rows.map(cells)}</tbody>
    </table>
  );
}

interface LorenzProps {
  readonly points: Ranking["lorenz"];
  readonly gini: number;
  readonly name: string;
}

function Lorenz({ points, gini, name }: LorenzProps) {
  const path = points
    .map(
      ([x, y], at) =>
        `${at === 0 ? "M" : "L"}${(100 * x).toFixed(2)} ${(100 - 100 * y).toFixed(2)}`,
    )
    .join("");
  return (
    <figure class="lorenz">
      <svg viewBox="-1 -1 102 102" role="img" aria-label={`Lorenz curve, Gini ${gini.toFixed(2)}`}>
        <path class="frame" d="M0 0V100H100" />
        <path class="even" d="M0 100L100 0" />
        <path class="area" d={`${path}Z`} />
        <path class="line" d={path} />
      </svg>
      <figcaption>
        <strong>Gini {gini.toFixed(2)}</strong> share of the total made by the smallest part of the{" "}
        {name}; dashed: all the same
      </figcaption>
    </figure>
  );
}
