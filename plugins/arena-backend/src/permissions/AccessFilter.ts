import {
  AuthorizeResult,
  PermissionCriteria,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  createConditionAuthorizer,
  createConditionTransformer,
  PermissionRuleset,
} from '@backstage/plugin-permission-node';
import { PermissionSubject } from './PermissionSubject';
import { SubjectFilter } from './SubjectFilter';

/** Which subjects a caller may see or change, as far as a permission goes. */
export interface AccessFilter {
  allows(subject: PermissionSubject): boolean;
  /** The same for databases; absent: everything is allowed. */
  readonly criteria?: PermissionCriteria<SubjectFilter>;
}

/** @param decision - one that allows, at least under conditions */
export function accessFilterOf(
  decision: PolicyDecision,
  ruleset: PermissionRuleset<PermissionSubject, SubjectFilter>,
): AccessFilter {
  const authorizer = createConditionAuthorizer<PermissionSubject>(ruleset);
  return {
    allows: subject => authorizer(decision, subject),
    ...(decision.result === AuthorizeResult.CONDITIONAL && {
      criteria: createConditionTransformer<SubjectFilter>(ruleset)(
        decision.conditions,
      ),
    }),
  };
}
