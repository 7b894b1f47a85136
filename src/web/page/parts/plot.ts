/** A box that values are drawn in; by default as wide as there are values, and 1 high. */
export interface PlotBox {
  readonly width: number;
  readonly height: number;
}

const unit = (values: readonly number[]): PlotBox => ({ width: values.length, height: 1 });

/** An area under steps; `most` lies at the top. */
export function areaPath(values: readonly number[], most: number, box = unit(values)): string {
  return `M0 ${box.height}${stepsPath(values, most, box)}V${box.height}Z`;
}

/** The upper edge of the same. */
export function linePath(values: readonly number[], most: number, box = unit(values)): string {
  return stepsPath(values, most, box).replace(/^V/, "M0 ");
}

const short = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

function stepsPath(values: readonly number[], most: number, { width, height }: PlotBox): string {
  const step = width / Math.max(1, values.length);
  let path = "";
  let last: string | undefined;
  for (const [at, value] of values.entries()) {
    const y = short(height * (1 - value / most), 4);
    if (y === last) continue;
    path += `${at === 0 ? "" : `H${short(at * step, 2)}`}V${y}`;
    last = y;
  }
  return values.length === 0 ? path : `${path}H${short(width, 2)}`;
}
