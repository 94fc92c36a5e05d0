import { AuditedRights, RightName, rightName } from './auditedRights';
import { Right } from './rights';

/** Where the list of rights and what happened in a cluster differ; all empty when they agree. Sorted. */
export interface RightsDifference {
  /** Granted, and never used, under whichever account. */
  unused: RightName[];
  /** Tried, and refused. */
  denied: RightName[];
  /** Used, though the list does not grant it: something else did. */
  unlisted: RightName[];
}

/** Compares what is granted with what was done. */
export function compareRights(
  rights: readonly Right[],
  { used, usedElsewhere, denied }: AuditedRights,
): RightsDifference {
  const granted = new Set(
    rights.flatMap(({ verbs, group, resource }) =>
      verbs.map(verb => rightName(verb, group, resource)),
    ),
  );
  return {
    unused: [...granted]
      .filter(name => !used.has(name) && !usedElsewhere.has(name))
      .sort(),
    denied: [...denied].sort(),
    unlisted: [...used].filter(name => !granted.has(name)).sort(),
  };
}
