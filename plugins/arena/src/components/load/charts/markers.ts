import type uPlot from 'uplot';
import { LoadState } from '@backstage-arena/plugin-arena-common';

/** A moment that charts point out. */
export interface Marker {
  second: number;
  kind: 'stage' | 'control';
  text: string;
}

/** What charts point out of a test. */
export interface Markers {
  list: readonly Marker[];
  warmUpSeconds: number;
}

/** Colours of everything that is drawn; see {@link chartColors}. */
interface MarkerColors {
  stage: string;
  control: string;
  warmUp: string;
}

/** Stages that begin, and changes that people or a search made. */
export function markersOf(
  state: Pick<LoadState, 'stages' | 'controls'>,
  texts: {
    stage: (index: number) => string;
    control: (control: LoadState['controls'][number]) => string;
  },
): Markers {
  const { stages, controls } = state;
  const warmUpEnds = stages
    .filter(({ measured }) => !measured)
    .map(({ endMs }) => endMs);
  const changed = new Set(controls.map(({ atMs }) => atMs));
  return {
    // Longer than it was planned when there was a pause in it.
    warmUpSeconds: Math.max(0, ...warmUpEnds) / 1_000,
    list: [
      ...stages
        // Between the steps of a search nothing is sent: nothing begins there.
        .filter(
          ({ startMs, from, to }) =>
            startMs > 0 && from + to > 0 && !changed.has(startMs),
        )
        .map(({ startMs, index }) => ({
          second: startMs / 1_000,
          kind: 'stage' as const,
          text: texts.stage(index),
        })),
      ...controls.map(control => ({
        second: control.atMs / 1_000,
        kind: 'control' as const,
        text: texts.control(control),
      })),
    ].sort((a, b) => a.second - b.second),
  };
}

/** Draws the markers that lie in the shown time: lines over the whole height, with names above where there is room. */
export function drawMarkers(
  chart: uPlot,
  markers: Markers,
  colors: MarkerColors,
): void {
  const { ctx, bbox } = chart;
  const { left, top, width, height } = bbox;
  const ratio = chart.height > 0 ? ctx.canvas.height / chart.height : 1;
  const at = (second: number) => chart.valToPos(second, 'x', true);
  ctx.save();
  const warmUpEnd = Math.min(at(markers.warmUpSeconds), left + width);
  const warmUpStart = Math.max(at(0), left);
  if (markers.warmUpSeconds > 0 && warmUpEnd > warmUpStart) {
    ctx.fillStyle = colors.warmUp;
    ctx.fillRect(warmUpStart, top, warmUpEnd - warmUpStart, height);
  }
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = 'bottom';
  // The axes leave theirs behind.
  ctx.textAlign = 'left';
  ctx.lineWidth = ratio;
  let free = left;
  for (const { second, kind, text } of markers.list) {
    const x = Math.round(at(second)) + 0.5;
    if (x < left || x > left + width) continue;
    ctx.strokeStyle = colors[kind];
    ctx.setLineDash(kind === 'stage' ? [2 * ratio, 4 * ratio] : []);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    const textWidth = ctx.measureText(text).width;
    const start = Math.min(x, left + width - textWidth);
    if (start < free) continue;
    ctx.fillStyle = colors[kind];
    ctx.fillText(text, start, top - 2 * ratio);
    free = start + textWidth + 6 * ratio;
  }
  ctx.restore();
}
