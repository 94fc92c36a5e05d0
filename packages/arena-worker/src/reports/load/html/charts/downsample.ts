/** A moment in seconds and a value; without a value there is a gap. */
export type Point = readonly [x: number, y: number | undefined];

/**
 * Thins out a line so that it looks the same: of each stretch the smallest and the largest value stay, in order. What has no value stays a
 * gap when a whole stretch has none.
 *
 * @param most - number of points that are left at most
 */
export function downsample(
  points: readonly Point[],
  most: number,
): readonly Point[] {
  if (points.length <= most) return points;
  const stretches = Math.floor(most / 2);
  const kept: Point[] = [];
  for (let i = 0; i < stretches; i++) {
    const start = Math.floor((i * points.length) / stretches);
    const end = Math.floor(((i + 1) * points.length) / stretches);
    kept.push(...extremes(points, start, end));
  }
  return kept;
}

function extremes(
  points: readonly Point[],
  start: number,
  end: number,
): Point[] {
  let least: number | undefined;
  let largest: number | undefined;
  for (let i = start; i < end; i++) {
    const [, y] = points[i];
    if (y === undefined) continue;
    if (least === undefined || y < points[least][1]!) least = i;
    if (largest === undefined || y > points[largest][1]!) largest = i;
  }
  if (least === undefined || largest === undefined) return [points[start]];
  if (least === largest) return [points[least]];
  return [points[Math.min(least, largest)], points[Math.max(least, largest)]];
}
