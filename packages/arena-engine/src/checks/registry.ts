import { costBudget, latencyBudget } from './budgets';
import { CheckDefinition } from './Check';
import { classifierChecks } from './classifiers';
import { contains, containsAny, contentExcludes } from './contains';
import { cosineSimilarity } from './cosineSimilarity';
import { fieldPresence } from './fieldPresence';
import { guardrailTriggered } from './guardrailTriggered';
import { jsonPath, jsonSchema, jsonValid } from './json';
import { maxLength, minLength, sentenceCount } from './length';
import { directional, outcomeEquivalent } from './outcomes';
import { piiLeakage } from './piiLeakage';
import { regex } from './regex';
import { toolCheckDefinitions } from './tools';

const DEFINITIONS: readonly CheckDefinition[] = [
  contains,
  containsAny,
  contentExcludes,
  regex,
  minLength,
  maxLength,
  sentenceCount,
  fieldPresence,
  jsonValid,
  jsonSchema,
  jsonPath,
  cosineSimilarity,
  latencyBudget,
  costBudget,
  guardrailTriggered,
  outcomeEquivalent,
  directional,
  piiLeakage,
  ...classifierChecks,
  ...toolCheckDefinitions,
];

const BY_NAME = new Map(
  DEFINITIONS.flatMap(definition =>
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
