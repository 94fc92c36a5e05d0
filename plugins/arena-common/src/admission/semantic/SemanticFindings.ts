import type { FieldCause } from '../../client/ArenaApi';

/** What the checks beyond schema and rules found. @internal */
export interface SemanticFindings {
  causes: FieldCause[];
  /** Sentences that begin with the field that they are about. */
  warnings: string[];
}
