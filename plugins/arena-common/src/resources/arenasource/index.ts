import { z } from 'zod/v4';
import { ArenaObject, ArenaObjectInput } from '../meta';
import { arenaSourceSpecSchema } from './spec';
import { ARENA_SOURCE_PHASES, arenaSourceStatusSchema } from './status';

export { ARENA_SOURCE_PHASES, arenaSourceSpecSchema, arenaSourceStatusSchema };

/** Spec of an admitted ArenaSource: defaults are filled in. @public */
export type ArenaSourceSpec = z.output<typeof arenaSourceSpecSchema>;
/** Spec of an ArenaSource as a caller writes it. @public */
export type ArenaSourceSpecInput = z.input<typeof arenaSourceSpecSchema>;
/** @public */
export type ArenaSourceStatus = z.output<typeof arenaSourceStatusSchema>;
/** @public */
export type ArenaSourceType = ArenaSourceSpec['type'];
/** @public */
export type ArenaSourcePhase = (typeof ARENA_SOURCE_PHASES)[number];
/** The pinned content of a source. @public */
export type ArenaSourceArtifact = NonNullable<ArenaSourceStatus['artifact']>;
/** @public */
export type ArenaSource = ArenaObject<ArenaSourceSpec, ArenaSourceStatus>;
/** @public */
export type ArenaSourceInput = ArenaObjectInput<ArenaSourceSpecInput>;
