/** An area under steps, in a box that is as wide as there are values and 1 high. */
export function areaPath(values: readonly number[], most: number): string {
  return `M0 1${stepsPath(values, most)}V1Z`;
}

/** The upper edge of the same. */
export function linePath(values: readonly number[], most: number): string {
  return stepsPath(values, most).replace(/^V/, "M0 ");
}

function stepsPath(values: readonly number[], most: number): string {
  let path = "";
  let last: string | undefined;
  let run = 0;
  const flush = (): void => {
    if (run > 0) path += `h${run}`;
    run = 0;
  };
  for (const value of values) {
    const y = (1 - value / most).toFixed(4).replace(/\.?0+$/, "");
    if (y !== last) {
      flush();
      path += `V${y}`;
      last = y;
    }
    run += 1;
  }
  flush();
  return path;
}
