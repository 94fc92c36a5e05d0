import { Point } from './downsample';

/** A line as data of an SVG path. */
export interface LinePath {
  line: string;
  /** Points that have a gap on both sides: as a line they would not be seen. */
  dots: string;
}

/**
 * @param points - in order; what lies beside a gap is not joined over it
 * @param scale - gives pixels
 */
export function linePath(
  points: readonly Point[],
  scale: { x: (x: number) => number; y: (y: number) => number },
): LinePath {
  let line = '';
  let dots = '';
  for (const run of runsOf(points)) {
    const places = run.map(
      ([x, y]) => `${pixel(scale.x(x))},${pixel(scale.y(y))}`,
    );
    if (places.length === 1) dots += `M${places[0]}h0`;
    else line += `M${places.join('L')}`;
  }
  return { line, dots };
}

function runsOf(
  points: readonly Point[],
): Array<Array<readonly [number, number]>> {
  const runs: Array<Array<readonly [number, number]>> = [];
  let isOpen = false;
  for (const [x, y] of points) {
    if (y === undefined) {
      isOpen = false;
    } else {
      if (!isOpen) runs.push([]);
      runs[runs.length - 1].push([x, y]);
      isOpen = true;
    }
  }
  return runs;
}

/** Tenths are enough, and make a smaller file. */
function pixel(value: number): number {
  return Math.round(value * 10) / 10;
}
