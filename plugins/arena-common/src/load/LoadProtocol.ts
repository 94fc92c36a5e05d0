import { z } from 'zod/v4';
import { loadControlSchema } from './LoadControl';
import { loadReportBatchSchema } from './LoadRecord';
import { loadSliceSchema } from './LoadSlice';
import { singleLine } from '../worker/singleLine';

/**
 * The part of the worker protocol that load tests have of their own, under `/api/arena/worker/v1/load`. `docs/worker-protocol.md` has the
 * prose.
 */

/** Seconds of the schedule that are leased ahead: changes take effect beyond. @public */
export const LOAD_LEAD_SECONDS = 2;

/** Largest number of seconds in one report. @public */
export const MAX_LOAD_BATCHES = 120;

const id = {
  workerId: singleLine(128).min(1),
  /** Tells a process from one that was started again under the same name. */
  instance: singleLine(64).min(1),
};

/**
 * Asks for slices of the schedule, and says that the worker is ready and alive. To be repeated: what was not received is given again.
 *
 * @public
 */
export const loadLeaseRequestSchema = z.object({
  ...id,
  /** How many slices it has received in all: those after are given. */
  received: z.int().min(0),
  /** Conversations in flight, and leased arrivals that are not sent yet. */
  outstanding: z.int().min(0),
  /** The records of all seconds before this one have been reported. */
  recordedUntil: z.int().min(0),
  /** It takes nothing new, and leaves when it has nothing in flight. */
  draining: z.boolean().optional(),
  /** It has nothing in flight, everything is reported, and it takes nothing more. */
  done: z.boolean().optional(),
  /** With a budget. Amounts are in the currency of the providers' prices. */
  budget: z
    .object({
      /** What it has received in all. */
      granted: z.number().min(0),
      /** What its calls cost that are over. */
      spent: z.number().min(0),
      /** What it would need more for a while; 0: it has enough. */
      wanted: z.number().min(0),
      /** What a call needs that could not be made. */
      missing: z.number().min(0).optional(),
    })
    .optional(),
});

/** @public */
export type LoadLeaseRequest = z.infer<typeof loadLeaseRequestSchema>;

const retryAfterMs = z.int().min(0);
/** Milliseconds from the start of the test when the answer was made; negative before. */
const nowMs = z.number();

/**
 * - `wait`: the workers are not all ready yet.
 * - `running`: the test has a start; `nowMs` tells when. `controls` are all changes so far; `slices` are those of the schedule with these.
 * - `stop`: nothing more is to be sent, what is leased is dropped for the reason given. What runs may end; then everything is reported.
 * - `over`: the test is over; what was not reported is not counted any more. Go on with `/lease`.
 *
 * @public
 */
export const loadLeaseResponseSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('wait'), retryAfterMs }),
  z.object({
    state: z.literal('running'),
    retryAfterMs,
    nowMs,
    controls: z.array(loadControlSchema),
    /** Those after the first `received` of this process. */
    slices: z.array(loadSliceSchema),
    /** How many slices this process has been given in all: `received` of the next request. */
    given: z.int().min(0),
    /** Nothing more will be leased: what runs may end. */
    ended: z.boolean(),
    /** Closed loop: which of how many workers this is. */
    share: loadSliceSchema.pick({ share: true, shares: true }),
    /** What the worker may spend in all. */
    budget: z.object({ granted: z.number().min(0) }).optional(),
    /** `drain`: leave as soon as nothing is in flight. */
    command: z.enum(['continue', 'drain']),
  }),
  z.object({
    state: z.literal('stop'),
    retryAfterMs,
    nowMs,
    reason: z.enum(['stopped', 'budget']),
  }),
  z.object({ state: z.literal('over') }),
]);

/** @public */
export type LoadLeaseResponse = z.infer<typeof loadLeaseResponseSchema>;

/** Records of ended seconds. A second that was counted before is not counted again. @public */
export const loadReportRequestSchema = z.object({
  ...id,
  batches: z.array(loadReportBatchSchema).max(MAX_LOAD_BATCHES),
});

/** @public */
export type LoadReportRequest = z.infer<typeof loadReportRequestSchema>;

/** @public */
export const loadReportResponseSchema = z.object({
  /** Seconds that were counted now. */
  accepted: z.int().min(0),
});

/** @public */
export type LoadReportResponse = z.infer<typeof loadReportResponseSchema>;
