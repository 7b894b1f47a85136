/**
 * The assignment of every row to a column of its own at the least total cost, by shortest augmenting
 * paths (Jonker and Volgenant 1987; the Hungarian method), O(rows² · columns). There must be as many
 * columns as rows, or more.
 *
 * `leastCost([[4, 1], [2, 3]])` → `[1, 0]`
 */
export function leastCost(costs: readonly (readonly number[])[]): number[] {
  const columns = costs[0]?.length ?? 0;
  const [rowPrice, columnPrice] = [filled(costs.length + 1, 0), filled(columns + 1, 0)];
  // Rows and columns count from 1: 0 is the row that looks for its column.
  const rowOf = filled(columns + 1, 0);
  for (let row = 1; row <= costs.length; row++) {
    rowOf[0] = row;
    const least = filled(columns + 1, Infinity);
    const cameFrom = filled(columns + 1, 0);
    const isDone = filled(columns + 1, 0);
    let column = 0;
    while (at(rowOf, column) !== 0) {
      isDone[column] = 1;
      const current = at(rowOf, column);
      let [step, next] = [Infinity, 0];
      for (let to = 1; to <= columns; to++) {
        if (isDone[to] === 1) continue;
        const cost = costs[current - 1]?.[to - 1] ?? Infinity;
        const reduced = cost - at(rowPrice, current) - at(columnPrice, to);
        if (reduced < at(least, to)) {
          least[to] = reduced;
          cameFrom[to] = column;
        }
        if (at(least, to) < step) [step, next] = [at(least, to), to];
      }
      for (let to = 0; to <= columns; to++) {
        if (isDone[to] === 1) {
          rowPrice[at(rowOf, to)] = at(rowPrice, at(rowOf, to)) + step;
          columnPrice[to] = at(columnPrice, to) - step;
        } else least[to] = at(least, to) - step;
      }
      column = next;
    }
    while (column !== 0) {
      const before = at(cameFrom, column);
      rowOf[column] = at(rowOf, before);
      column = before;
    }
  }
  const found = filled(costs.length, 0);
  rowOf.forEach((row, column) => {
    if (column > 0 && row > 0) found[row - 1] = column - 1;
  });
  return found;
}

const filled = (length: number, value: number): number[] => Array.from({ length }, () => value);

const at = (list: readonly number[], index: number): number => list[index] ?? 0;
