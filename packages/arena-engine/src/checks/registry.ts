import { agentChecks } from './agents';
import { budgetChecks } from './budget';
import { CheckDefinition } from './Check';
import { classifierChecks } from './classifiers';
import { compositionChecks } from './compositions';
import { externalChecks } from './external';
import { guardrailChecks } from './guardrails';
import { jsonChecks } from './json';
import { judgeChecks } from './judge';
import { mediaChecks } from './media';
import { outcomeChecks } from './outcomes';
import { ragChecks } from './rag';
import { safetyChecks } from './safety';
import { skillChecks } from './skills';
import { textChecks } from './text';
import { toolChecks } from './tools';
import { workflowChecks } from './workflow';

/** Checks that belong together. */
export interface CheckFamily {
  readonly title: string;
  readonly checks: readonly CheckDefinition[];
}

/** All checks, in the order of their reference page. */
export const CHECK_FAMILIES: readonly CheckFamily[] = [
  { title: 'Text of replies', checks: textChecks },
  { title: 'JSON', checks: jsonChecks },
  { title: 'Tool calls', checks: toolChecks },
  { title: 'Agents', checks: agentChecks },
  { title: 'Budgets', checks: budgetChecks },
  { title: 'Outcomes', checks: outcomeChecks },
  { title: 'Guardrails', checks: guardrailChecks },
  { title: 'Judges', checks: judgeChecks },
  { title: 'Retrieval', checks: ragChecks },
  { title: 'Safety', checks: safetyChecks },
  { title: 'Workflows', checks: workflowChecks },
  { title: 'Compositions', checks: compositionChecks },
  { title: 'Skills', checks: skillChecks },
  { title: 'Media', checks: mediaChecks },
  { title: 'Classifiers', checks: classifierChecks },
  { title: 'External evaluators', checks: externalChecks },
];

const BY_NAME = new Map(
  CHECK_FAMILIES.flatMap(({ checks }) => checks).flatMap(definition =>
    [definition.type, ...(definition.aliases ?? [])].map(
      (name): [string, CheckDefinition] => [name, definition],
    ),
  ),
);

/** The check of a name or alias. Names are case-sensitive. */
export function findCheck(name: string): CheckDefinition | undefined {
  return BY_NAME.get(name);
}

/** Names and aliases of all checks. */
export function checkNames(): string[] {
  return [...BY_NAME.keys()];
}
