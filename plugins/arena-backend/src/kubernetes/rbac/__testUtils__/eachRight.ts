import { Right, RIGHTS } from '../rights';
import { PolicyRule } from '../rulesOf';

/** Each right of some rules by itself, sorted: `get core pods`. */
export function eachRight(rules: readonly PolicyRule[]): string[] {
  return rules
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap(group =>
        resources.flatMap(resource =>
          verbs.map(verb => `${verb} ${group || 'core'} ${resource}`),
        ),
      ),
    )
    .sort();
}

/** Each right that is listed for some places. */
export function listedRights(...where: Array<Right['where']>): string[] {
  return eachRight(
    RIGHTS.filter(right => where.includes(right.where)).map(
      ({ group, resource, verbs }) => ({
        apiGroups: [group],
        resources: [resource],
        verbs: [...verbs],
      }),
    ),
  );
}
