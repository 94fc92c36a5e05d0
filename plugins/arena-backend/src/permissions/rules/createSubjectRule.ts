import { PermissionRuleParams } from '@backstage/plugin-permission-common';
import {
  createPermissionRule,
  PermissionResourceRef,
  PermissionRule,
} from '@backstage/plugin-permission-node';
import { z } from 'zod/v4';
import { PermissionSubject } from '../PermissionSubject';
import { matchesFilter, SubjectFilter } from '../SubjectFilter';

/** What a rule is about. */
export type SubjectRef<T extends string> = PermissionResourceRef<
  PermissionSubject,
  SubjectFilter,
  T,
  'arena'
>;

export interface SubjectRuleOptions<P extends PermissionRuleParams> {
  name: string;
  description: string;
  paramsSchema: z.ZodType<P>;
  /** What the rule asks with these parameters, in memory and in a database alike. */
  filter(params: P): SubjectFilter;
}

/** A rule that is what its filter says. */
export function createSubjectRule<
  T extends string,
  P extends PermissionRuleParams,
>(
  resourceRef: SubjectRef<T>,
  options: SubjectRuleOptions<P>,
): PermissionRule<PermissionSubject, SubjectFilter, T, P> {
  const { filter, ...rule } = options;
  return createPermissionRule({
    ...rule,
    resourceRef: resourceRef as PermissionResourceRef<
      PermissionSubject,
      SubjectFilter
    >,
    // Each overload of the framework wants another library's type for it.
    paramsSchema: rule.paramsSchema as never,
    apply: (subject, params) => matchesFilter(subject, filter(params as P)),
    toQuery: params => filter(params as P),
  }) as unknown as PermissionRule<PermissionSubject, SubjectFilter, T, P>;
}
