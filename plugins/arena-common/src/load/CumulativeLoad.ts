import { InputError } from '@backstage/errors';
import type { LoadStage } from '../resources/semantics/effectiveLoadTest';

/**
 * Up to so much of an arrival, equal loads may differ by how they were computed: by the whole stage, or by one that was cut.
 */
export const LOAD_ROUNDING = 1e-6;

interface Piece {
  startMs: number;
  endMs: number;
  /** Arrivals per millisecond at the start. */
  from: number;
  /** Half of what the rate changes by within a millisecond. */
  slope: number;
  /** Expected arrivals before the piece, and before its end. */
  before: number;
  until: number;
}

/** How many arrivals stages bring in expectation, and when a number of them is reached: the integral of the rate, and its inverse. */
export class CumulativeLoad {
  readonly durationMs: number;
  /** Expected arrivals in all. */
  readonly total: number;
  private readonly pieces: Piece[] = [];

  /**
   * @param stages - rates are per second
   * @throws InputError when a stage has a length or a rate that is negative or no number
   */
  constructor(stages: readonly LoadStage[]) {
    let startMs = 0;
    let before = 0;
    for (const [index, { durationMs, from, to }] of stages.entries()) {
      for (const [name, value] of Object.entries({ durationMs, from, to })) {
        if (!(value >= 0 && Number.isFinite(value))) {
          throw new InputError(
            `stages[${index}].${name}: ${value} is not allowed: give a number that is not negative`,
          );
        }
      }
      const until = before + ((from + to) / 2) * (durationMs / 1_000);
      const endMs = startMs + durationMs;
      this.pieces.push({
        startMs,
        endMs,
        from: from / 1_000,
        slope: durationMs > 0 ? (to - from) / 1_000 / durationMs / 2 : 0,
        before,
        until,
      });
      startMs = endMs;
      before = until;
    }
    this.durationMs = startMs;
    this.total = before;
  }

  /** Expected arrivals from the start to a time; 0 before the start, all after the end. */
  until(timeMs: number): number {
    if (timeMs <= 0) return 0;
    if (timeMs >= this.durationMs) return this.total;
    const piece = this.find(({ endMs }) => endMs > timeMs);
    const t = timeMs - piece.startMs;
    return Math.min(
      piece.until,
      piece.before + t * (piece.from + piece.slope * t),
    );
  }

  /**
   * The time at which so many arrivals are expected, in milliseconds. When that is where the load stops for a while: where it goes on.
   *
   * @param load - from 0 to the total, less {@link LOAD_ROUNDING}
   */
  timeOf(load: number): number {
    const piece = this.find(({ until }) => until - LOAD_ROUNDING > load);
    const rest = load - piece.before;
    // Without a rate yet, the formula would divide nothing by nothing.
    if (rest <= 0) return piece.startMs;
    // The root that keeps its digits when the ramp is almost flat.
    const root = Math.sqrt(
      Math.max(0, piece.from * piece.from + 4 * piece.slope * rest),
    );
    const t = (2 * rest) / (piece.from + root);
    return Math.min(piece.endMs, piece.startMs + t);
  }

  /** Arrivals per second at a time; 0 outside. At the border of two stages: of the later one. */
  rateAt(timeMs: number): number {
    if (timeMs < 0 || timeMs >= this.durationMs) return 0;
    const piece = this.find(({ endMs }) => endMs > timeMs);
    return (piece.from + 2 * piece.slope * (timeMs - piece.startMs)) * 1_000;
  }

  /** The first piece that fits, by halving: what fits is a tail of the list. */
  private find(fits: (piece: Piece) => boolean): Piece {
    let low = 0;
    let high = this.pieces.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (fits(this.pieces[middle])) high = middle;
      else low = middle + 1;
    }
    return this.pieces[low];
  }
}
