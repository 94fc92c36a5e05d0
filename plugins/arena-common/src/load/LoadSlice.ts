import { z } from 'zod/v4';
import { ArrivalSchedule } from './ArrivalSchedule';

/**
 * What a worker leases: of one second of the schedule, every arrival `n` with `n mod shares = share`. The slices of all shares are disjoint
 * and together the schedule, whatever `shares` is in each second.
 *
 * @public
 */
export const loadSliceSchema = z.object({
  /** Counts from the start of the test. */
  second: z.int().min(0),
  share: z.int().min(0),
  /** In how many parts the second is split. */
  shares: z.int().min(1),
});

/** @public */
export type LoadSlice = z.infer<typeof loadSliceSchema>;

/** @public */
export interface Arrival {
  /** From 0. */
  number: number;
  /** When it is due, in milliseconds from the start of the test. */
  dueMs: number;
}

/** The arrivals of a slice, in order. @public */
export function* arrivalsOf(
  schedule: ArrivalSchedule,
  slice: LoadSlice,
): Generator<Arrival> {
  const { from, to } = numbersOf(schedule, slice.second);
  for (let n = firstOf(slice, from); n < to; n += slice.shares) {
    yield { number: n, dueMs: schedule.timeOf(n) };
  }
}

/** How many arrivals a slice has, without making them. @public */
export function sliceSize(schedule: ArrivalSchedule, slice: LoadSlice): number {
  const { from, to } = numbersOf(schedule, slice.second);
  const first = firstOf(slice, from);
  return first < to ? Math.floor((to - 1 - first) / slice.shares) + 1 : 0;
}

/** Numbers of the arrivals that are due within a second. */
function numbersOf(schedule: ArrivalSchedule, second: number) {
  return {
    from: schedule.arrivalsUntil(second * 1_000),
    to: schedule.arrivalsUntil((second + 1) * 1_000),
  };
}

function firstOf({ share, shares }: LoadSlice, from: number): number {
  return from + ((((share - from) % shares) + shares) % shares);
}
