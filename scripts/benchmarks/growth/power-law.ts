/** `y = factor × x^exponent`. */
export interface PowerLaw {
  factor: number;
  exponent: number;
  /** How much of what differs it explains, 0 to 1: the R² of the logarithms. */
  fit: number;
}

export interface Point {
  x: number;
  y: number;
}

/** The power law nearest to the points: least squares on their logarithms. All are above 0, and at least two differ in x. */
export function fitPowerLaw(points: readonly Point[]): PowerLaw {
  const logs = points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }));
  const mean = { x: meanOf(logs.map(({ x }) => x)), y: meanOf(logs.map(({ y }) => y)) };
  const sum = (of: (x: number, y: number) => number) =>
    logs.reduce((total, { x, y }) => total + of(x - mean.x, y - mean.y), 0);
  const [xx, xy, yy] = [sum((x) => x * x), sum((x, y) => x * y), sum((_, y) => y * y)];
  const exponent = xy / xx;
  return {
    exponent,
    factor: Math.exp(mean.y - exponent * mean.x),
    // Where nothing differs, nothing is left to explain.
    fit: yy === 0 ? 1 : (exponent * xy) / yy,
  };
}

/** Two digits behind the point, and no minus before zero. */
export function formatExponent(exponent: number): string {
  return (Math.round(100 * exponent) / 100 + 0).toFixed(2);
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
