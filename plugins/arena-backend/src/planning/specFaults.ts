import { ArenaKind } from '@backstage-arena/plugin-arena-common';
import {
  checkBeyondSchema,
  formatCause,
} from '@backstage-arena/plugin-arena-common/admission';

/** What is wrong with a spec that an API server took all the same, because no CRD can say it and no webhook was asked; undefined when nothing is. */
export function specFaults(kind: ArenaKind, spec: object): string | undefined {
  const { causes } = checkBeyondSchema(kind, spec);
  return causes.length > 0 ? causes.map(formatCause).join('; ') : undefined;
}
