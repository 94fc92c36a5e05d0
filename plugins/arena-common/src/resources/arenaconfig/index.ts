import { z } from 'zod/v4';
import { ArenaObject, ArenaObjectInput } from '../meta';
import { arenaConfigSpecSchema } from './spec';
import { ARENA_CONFIG_PHASES, arenaConfigStatusSchema } from './status';

export { ARENA_CONFIG_PHASES, arenaConfigSpecSchema, arenaConfigStatusSchema };

/** Spec of an admitted ArenaConfig: defaults are filled in. @public */
export type ArenaConfigSpec = z.output<typeof arenaConfigSpecSchema>;
/** Spec of an ArenaConfig as a caller writes it. @public */
export type ArenaConfigSpecInput = z.input<typeof arenaConfigSpecSchema>;
/** @public */
export type ArenaConfigStatus = z.output<typeof arenaConfigStatusSchema>;
/** @public */
export type ArenaConfigPhase = (typeof ARENA_CONFIG_PHASES)[number];
/** @public */
export type ArenaConfig = ArenaObject<ArenaConfigSpec, ArenaConfigStatus>;
/** @public */
export type ArenaConfigInput = ArenaObjectInput<ArenaConfigSpecInput>;
