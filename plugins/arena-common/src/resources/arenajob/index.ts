import { z } from 'zod/v4';
import { ArenaObject, ArenaObjectInput } from '../meta';
import { arenaJobSpecSchema } from './spec';
import { ARENA_JOB_PHASES, arenaJobStatusSchema } from './status';

export { LOAD_THRESHOLD_METRICS, THRESHOLD_METRICS } from './budget';
export { ARENA_JOB_PHASES, arenaJobSpecSchema, arenaJobStatusSchema };

/** Spec of an admitted ArenaJob: defaults are filled in. @public */
export type ArenaJobSpec = z.output<typeof arenaJobSpecSchema>;
/** Spec of an ArenaJob as a caller writes it. @public */
export type ArenaJobSpecInput = z.input<typeof arenaJobSpecSchema>;
/** @public */
export type ArenaJobStatus = z.output<typeof arenaJobStatusSchema>;
/** @public */
export type ArenaJobPhase = (typeof ARENA_JOB_PHASES)[number];
/** @public */
export type ArenaJobType = ArenaJobSpec['type'];
/** An entry of a provider group. @public */
export type ArenaProviderEntry = NonNullable<
  ArenaJobSpec['providers']
>[string][number];
/** @public */
export type ArenaThreshold = NonNullable<
  NonNullable<ArenaJobSpec['loadTest']>['thresholds']
>[number];
/** @public */
export type ArenaJob = ArenaObject<ArenaJobSpec, ArenaJobStatus>;
/** @public */
export type ArenaJobInput = ArenaObjectInput<ArenaJobSpecInput>;
