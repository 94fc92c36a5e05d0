import { z } from 'zod/v4';
import { createSubjectRule, SubjectRef } from './createSubjectRule';

const names = z.array(z.string().min(1)).min(1);

/** The rules that jobs and the other objects have in common. */
export function createRules<T extends string>(resourceRef: SubjectRef<T>) {
  return {
    isOwner: createSubjectRule(resourceRef, {
      name: 'IS_OWNER',
      description:
        'Allows what one of the claims has created or owns, by the annotation arena.backstage.io/owner',
      paramsSchema: z.object({
        claims: z
          .array(z.string())
          .describe(
            'Entity references, as a user proves them: user:default/jo, group:default/team-a',
          ),
      }),
      filter: ({ claims }) => ({ field: 'owner', claims }),
    }),
    inNamespace: createSubjectRule(resourceRef, {
      name: 'IN_NAMESPACE',
      description: 'Allows what is in one of the namespaces',
      paramsSchema: z.object({
        namespaces: names.describe('Names of namespaces'),
      }),
      filter: ({ namespaces: values }) => ({ field: 'namespace', values }),
    }),
    onCluster: createSubjectRule(resourceRef, {
      name: 'ON_CLUSTER',
      description: 'Allows what is on one of the clusters',
      paramsSchema: z.object({
        clusters: names.describe('`embedded`, or names of app-config'),
      }),
      filter: ({ clusters: values }) => ({ field: 'cluster', values }),
    }),
    hasLabel: createSubjectRule(resourceRef, {
      name: 'HAS_LABEL',
      description: 'Allows what has a label, with a value when one is given',
      paramsSchema: z.object({
        key: z.string().min(1).describe('Name of the label'),
        value: z.string().optional().describe('Absent: any value'),
      }),
      filter: ({ key, value }) => ({ field: 'label', key, value }),
    }),
  };
}
