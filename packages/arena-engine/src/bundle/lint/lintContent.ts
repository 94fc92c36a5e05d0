import { BundleProblem } from '../../Engine';
import { BundleContent } from '../BundleContent';
import { lintAgents } from './agents';
import { lintArenaFields } from './arenaFields';
import { lintChecks } from './checks';
import { lintEvals } from './evals';
import { lintGuardrailNames, lintGuardrails } from './guardrails';
import { lintJudgeChecks, lintRoleProviders } from './judges';
import { LintReport, LintRule } from './LintReport';
import { lintFeatures, lintOriginalOnly } from './originalOnly';
import { lintPromptFields } from './promptFields';
import { lintProviders } from './providers';
import {
  lintArenaReferences,
  lintReferences,
  lintToolsOfChecks,
} from './references';
import { lintRowSchemas } from './rowSchemas';
import { lintScenarioFields, lintTurns } from './scenarioFields';
import { lintPersonas, lintSelfPlay } from './selfPlay';
import { lintSpeech } from './speech';
import { lintTools } from './tools';
import { lintVariables } from './variables';
import { lintWorkflow } from './workflow';

/** What can be said of each part on its own. */
const OWN_RULES: readonly LintRule[] = [
  lintArenaFields,
  lintScenarioFields,
  lintRowSchemas,
  lintSpeech,
  lintPromptFields,
  lintProviders,
  lintTools,
  lintChecks,
  lintGuardrails,
  lintArenaReferences,
  lintAgents,
  lintEvals,
  lintPersonas,
];

/** What depends on several parts. */
const CROSS_RULES: readonly LintRule[] = [
  lintReferences,
  lintToolsOfChecks,
  lintTurns,
  lintVariables,
  lintRoleProviders,
  lintJudgeChecks,
  lintGuardrailNames,
  lintSelfPlay,
  lintFeatures,
  lintWorkflow,
];

/**
 * What is wrong with a bundle, or has no effect, although it can be loaded.
 *
 * @param isWhole - false: parts could not be read, so nothing can be said about names that seem to be missing
 * @param isRun - true: only what matters to a run of this engine
 */
export function lintContent(
  content: BundleContent,
  {
    isWhole = true,
    isRun = false,
  }: { isWhole?: boolean; isRun?: boolean } = {},
): BundleProblem[] {
  const report = new LintReport(content.files);
  if (!isRun) lintOriginalOnly(content, report);
  for (const rule of OWN_RULES) rule(content, report);
  if (isWhole) for (const rule of CROSS_RULES) rule(content, report);
  return report.problems;
}
