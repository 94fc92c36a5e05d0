import { ArenaObject, ArenaObjectInput } from '../meta';
import {
  ArenaReferenceGrantSpec,
  GRANTED_KINDS,
  REFERRING_KINDS,
  referenceGrantSpecSchema,
} from './spec';

export { GRANTED_KINDS, REFERRING_KINDS, referenceGrantSpecSchema };
export type { ArenaReferenceGrantSpec };

/** @public */
export type ReferringKind = (typeof REFERRING_KINDS)[number];
/** @public */
export type GrantedKind = (typeof GRANTED_KINDS)[number];
/** @public */
export type ArenaReferenceGrant = ArenaObject<ArenaReferenceGrantSpec>;
/** @public */
export type ArenaReferenceGrantInput =
  ArenaObjectInput<ArenaReferenceGrantSpec>;
