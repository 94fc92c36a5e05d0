import type { LoadStage } from '../resources/semantics/effectiveLoadTest';
import { ArrivalPoints, EVEN_POINTS, PoissonPoints } from './arrivalPoints';
import { CumulativeLoad, LOAD_ROUNDING } from './CumulativeLoad';

/** @public */
export interface ArrivalScheduleOptions {
  /** Rates per second, linear within each stage. */
  stages: readonly LoadStage[];
  /** Default `constant`. */
  arrivals?: 'constant' | 'poisson';
  /** Of random arrivals. Default 0. */
  seed?: number;
}

/**
 * When each arrival of an open-loop test is due: a closed formula of its number, so that whoever knows the stages can compute any part of
 * it, and the parts add up to the whole.
 *
 * @remarks
 * With the load `A(t)`, the integral of the rate from the start to `t`: arrival `n` (from 0) of constant arrivals is due when `A(t) = n + 0.5`.
 * Never are more than half an arrival fewer or more due than `A(t)`, up to a millionth. Poisson arrivals are due when `A(t)` reaches the points of a Poisson
 * process of one per unit, which is made in blocks of a seed each. Stages that are appended or cut change nothing before that.
 *
 * @public
 */
export class ArrivalSchedule {
  private readonly load: CumulativeLoad;
  private readonly points: ArrivalPoints;

  /** @throws InputError when a stage has a length or a rate that is negative or no number */
  constructor(options: ArrivalScheduleOptions) {
    this.load = new CumulativeLoad(options.stages);
    this.points =
      options.arrivals === 'poisson'
        ? new PoissonPoints(options.seed ?? 0)
        : EVEN_POINTS;
  }

  get durationMs(): number {
    return this.load.durationMs;
  }

  /** Number of arrivals. */
  get total(): number {
    return this.points.countBelow(this.load.total - LOAD_ROUNDING);
  }

  /** Seconds that have a part in the schedule; the last one may be cut. */
  get seconds(): number {
    return Math.ceil(this.durationMs / 1_000);
  }

  /** The integral of the rate from the start to a time (milliseconds): how many arrivals are expected by then, not rounded. */
  expectedUntil(timeMs: number): number {
    return this.load.until(timeMs);
  }

  /**
   * Arrivals that are due before a time, in milliseconds from the start: those with `timeOf(n) < timeMs`. One that is due at it, within a millionth
   * of an arrival, is not among them: of round rates many are due at the end of a second, and belong to the next one whatever the rounding.
   */
  arrivalsUntil(timeMs: number): number {
    return this.points.countBelow(this.load.until(timeMs) - LOAD_ROUNDING);
  }

  /**
   * When an arrival is due, in milliseconds from the start.
   *
   * @throws RangeError when there is no such arrival
   */
  timeOf(number: number): number {
    const point = Number.isInteger(number) ? this.points.at(number) : NaN;
    if (!(number >= 0 && point < this.load.total - LOAD_ROUNDING)) {
      throw new RangeError(
        `Arrival ${number} is not in the schedule: allowed are 0 to ${
          this.total - 1
        }`,
      );
    }
    return this.load.timeOf(point);
  }

  /** Target rate at a time: arrivals per second. */
  rateAt(timeMs: number): number {
    return this.load.rateAt(timeMs);
  }
}
