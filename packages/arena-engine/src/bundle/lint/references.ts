import { findCheck } from '../../checks/registry';
import { nearMiss } from '../../text/suggest';
import { BundleContent, ScenarioEntry } from '../BundleContent';
import { INEFFECTIVE_PARAMS } from './checkQuirks';
import { innerCheck } from './checks';
import { checkUses } from './checkUses';
import { below, LintReport, LintRule, Place } from './LintReport';
import { arenaPlace, promptPlace, scenarioPlace } from './places';

/** Namespaces of tools that come from elsewhere than the bundle's tool files. */
const OTHER_TOOLS =
  /^(a2a__|workflow__|memory__|skill__|image__|video__|mcp__)/;

/** Names of things that do not exist. */
export const lintReferences: LintRule = (content, report) => {
  for (const scenario of content.scenarios) {
    lintTaskType(content, scenario, report);
    lintProviders(content, scenario, report);
    lintScenarioTools(content, scenario, report);
  }
  lintAllowedTools(content, report);
};

function lintTaskType(
  content: BundleContent,
  scenario: ScenarioEntry,
  report: LintReport,
): void {
  const { task_type: taskType } = scenario.spec;
  const place = scenarioPlace(content, scenario);
  if (content.arena.workflow) return;
  const types = [...content.prompts.keys()];
  if (!taskType) {
    report.warn(
      place,
      'Without task_type a stock prompt without tools and guardrails is used',
    );
    return;
  }
  if (content.prompts.has(taskType)) return;
  // A prompt is found by its own task_type, not by the id that the arena file gives it.
  const byId = (content.arena.prompt_configs ?? []).findIndex(
    ({ id }) => id === taskType,
  );
  const prompt =
    byId < 0
      ? undefined
      : [...content.prompts.values()].find(
          ({ file }) =>
            file !== undefined &&
            file.endsWith(content.arena.prompt_configs?.[byId].file ?? ''),
        );
  report.warn(
    below(place, 'task_type'),
    `No prompt has the task_type "${taskType}": the original uses a stock prompt without tools and guardrails, and strict runs fail`,
    { suggestion: prompt?.spec.task_type ?? nearMiss(taskType, types) },
  );
}

function lintProviders(
  content: BundleContent,
  scenario: ScenarioEntry,
  report: LintReport,
): void {
  const { spec } = scenario;
  const place = scenarioPlace(content, scenario);
  const ids = content.providers.map(({ id }) => id);
  for (const [index, id] of (spec.providers ?? []).entries()) {
    if (ids.includes(id)) continue;
    report.error(
      below(place, 'providers', index),
      `Provider "${id}" does not exist: the bundle has ${list(ids)}`,
      { suggestion: nearMiss(id, ids) },
    );
  }
  if (spec.providers?.length) {
    for (const field of ['provider_group', 'required_capabilities'] as const) {
      if (spec[field] !== undefined) {
        report.warn(
          below(place, field),
          `${field} has no effect: providers names the providers`,
          { key: true },
        );
      }
    }
    return;
  }
  const groups = [...new Set(content.providers.map(({ group }) => group))];
  const group = spec.provider_group;
  // A group that a job brings need not be in the bundle.
  if (group !== undefined && !groups.includes(group)) {
    report.warn(
      below(place, 'provider_group'),
      `No provider of the bundle is in the group "${group}": all providers are used (groups are ${list(
        groups,
      )})`,
      { suggestion: nearMiss(group, groups) },
    );
  }
  for (const [index, capability] of (
    spec.required_capabilities ?? []
  ).entries()) {
    const has = content.providers.some(({ spec: { capabilities } }) =>
      capabilities?.includes(capability),
    );
    if (!has) {
      report.warn(
        below(place, 'required_capabilities', index),
        `No provider of the bundle has the capability ${capability}: the scenario does not run`,
      );
    }
  }
}

function lintScenarioTools(
  content: BundleContent,
  scenario: ScenarioEntry,
  report: LintReport,
): void {
  const { spec } = scenario;
  const place = scenarioPlace(content, scenario);
  const check = (at: Place, name: string) => {
    if (toolExists(content, name)) return;
    report.warn(at, `No tool of the bundle is called "${name}"`, {
      suggestion: nearMiss(name, [...content.tools.keys()]),
    });
  };
  for (const [index, name] of (spec.tool_policy?.blocklist ?? []).entries()) {
    check(below(place, 'tool_policy', 'blocklist', index), name);
  }
  for (const [index, turn] of (spec.turns ?? []).entries()) {
    const at = below(place, 'turns', index);
    for (const name of Object.keys(turn.consent_overrides ?? {})) {
      check(below(at, 'consent_overrides', name), name);
    }
    for (const [i, { tool }] of (turn.chaos?.tool_failures ?? []).entries()) {
      check(below(at, 'chaos', 'tool_failures', i, 'tool'), tool);
    }
  }
}

function lintAllowedTools(content: BundleContent, report: LintReport): void {
  for (const prompt of content.prompts.values()) {
    const place = promptPlace(content, prompt);
    for (const [index, name] of (prompt.spec.allowed_tools ?? []).entries()) {
      if (toolExists(content, name)) continue;
      report.warn(
        below(place, 'allowed_tools', index),
        `No tool of the bundle is called "${name}"`,
        { suggestion: nearMiss(name, [...content.tools.keys()]) },
      );
    }
  }
}

function toolExists(content: BundleContent, name: string): boolean {
  if (OTHER_TOOLS.test(name) || content.tools.has(name)) return true;
  if (!name.endsWith('*')) return false;
  const prefix = name.slice(0, -1);
  return (
    prefix === '' ||
    [...content.tools.keys()].some(tool => tool.startsWith(prefix))
  );
}

function list(names: readonly string[]): string {
  return names.join(', ') || 'none';
}

/** Checks that need calls of the tools that they name. */
const CALL_CHECKS = [
  'tools_called',
  'tools_called_session',
  'tool_args',
  'tool_args_session',
  'tool_calls_with_args',
  'tool_result_includes',
  'tool_result_matches',
  'tool_call_sequence',
  'tool_exec',
];
const NAME_PARAMS = ['tool_names', 'tools', 'tool', 'tool_name', 'sequence'];

/** Checks that wait for calls of tools which do not exist. */
export const lintToolsOfChecks: LintRule = (content, report) => {
  for (const { spec, place } of checkUses(content)) {
    const { type, params, path } = innerCheck(spec);
    const canonical = findCheck(type)?.type ?? type;
    if (!CALL_CHECKS.includes(canonical)) continue;
    for (const param of NAME_PARAMS) {
      if (INEFFECTIVE_PARAMS[canonical]?.[param]) continue;
      const value = params[param];
      const names = Array.isArray(value) ? value : [value];
      for (const [index, name] of names.entries()) {
        if (typeof name !== 'string' || toolExists(content, name)) continue;
        const at = below(place, ...path, param);
        report.warn(
          Array.isArray(value) ? below(at, index) : at,
          `No tool of the bundle is called "${name}"`,
          { suggestion: nearMiss(name, [...content.tools.keys()]) },
        );
      }
    }
  }
};

/** Speaks about the arena file as a whole. */
export const lintArenaReferences: LintRule = (content, report) => {
  const place = arenaPlace(content);
  for (const [index, { group }] of (content.arena.providers ?? []).entries()) {
    if (group?.includes(',')) {
      report.warn(
        below(place, 'providers', index, 'group'),
        `"${group}" is one group of this name: a provider has one group, commas do not part it`,
      );
    }
  }
};
