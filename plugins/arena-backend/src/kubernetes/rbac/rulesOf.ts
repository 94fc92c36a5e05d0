import { Right } from './rights';

/** A rule of a Role or a ClusterRole. */
export interface PolicyRule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** Rights that say the same of several resources, as one rule, and what it is for. */
export interface ExplainedRule {
  why: string;
  rule: PolicyRule;
}

/** The rules that grant these rights, and nothing else. */
export function rulesOf(rights: readonly Right[]): ExplainedRule[] {
  const rules = new Map<string, ExplainedRule>();
  for (const { group, resource, verbs, why } of rights) {
    const key = JSON.stringify([group, verbs, why]);
    const known = rules.get(key);
    if (known) {
      known.rule.resources.push(resource);
    } else {
      rules.set(key, {
        why,
        rule: { apiGroups: [group], resources: [resource], verbs: [...verbs] },
      });
    }
  }
  return [...rules.values()];
}
