import { PermissionRuleset } from '@backstage/plugin-permission-node';
import {
  RESOURCE_TYPE_ARENA_JOB,
  RESOURCE_TYPE_ARENA_RESOURCE,
} from '@backstage-arena/plugin-arena-common';
import { PermissionSubject } from './PermissionSubject';
import { SubjectFilter } from './SubjectFilter';
import { arenaJobRules } from './rules/arenaJobRules';
import { arenaResourceRules } from './rules/arenaResourceRules';

/** The rules by which decisions with conditions are evaluated, by type of resource. */
export type Rulesets = Readonly<
  Record<
    typeof RESOURCE_TYPE_ARENA_JOB | typeof RESOURCE_TYPE_ARENA_RESOURCE,
    PermissionRuleset<PermissionSubject, SubjectFilter>
  >
>;

/** Our own rules, without those that other modules add. */
export const OWN_RULESETS: Rulesets = {
  [RESOURCE_TYPE_ARENA_JOB]: rulesetOf(Object.values(arenaJobRules)),
  [RESOURCE_TYPE_ARENA_RESOURCE]: rulesetOf(Object.values(arenaResourceRules)),
};

function rulesetOf(
  rules: ReadonlyArray<{ name: string }>,
): PermissionRuleset<PermissionSubject, SubjectFilter> {
  return {
    getRuleByName(name) {
      const rule = rules.find(candidate => candidate.name === name);
      if (!rule) {
        throw new Error(
          `The permission policy names the rule '${name}', which does not exist: there are ${rules
            .map(candidate => candidate.name)
            .join(', ')}`,
        );
      }
      return rule as ReturnType<
        PermissionRuleset<PermissionSubject, SubjectFilter>['getRuleByName']
      >;
    },
  };
}
