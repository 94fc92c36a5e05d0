import { asMap } from '../../checks/CheckParams';
import { findCheck } from '../../checks/registry';
import { CLASSIFIERS } from './checkQuirks';
import { innerCheck } from './checks';
import { checkUses } from './checkUses';
import { below, LintRule } from './LintReport';
import { reportNoEffect } from './noEffect';
import { arenaPlace, scenarioPlace } from './places';

/** What only the original does not do; runs of this engine do, so they need not say so. */
export const lintOriginalOnly: LintRule = (content, report) => {
  reportNoEffect(report, arenaPlace(content), content.arena, [
    [
      'defaults.concurrency',
      'the original takes it from -j only (here it is the default of -j)',
    ],
  ]);
  for (const scenario of content.scenarios) {
    const { trials } = scenario.spec;
    if (trials === undefined || trials < 2) continue;
    report.warn(
      below(scenarioPlace(content, scenario), 'trials'),
      `In the original only the first of ${trials} trials is reported and decides (here all are reported, and strict runs let all decide)`,
      { key: true },
    );
  }
};

/** Skills, memory and classifiers. */
export const lintFeatures: LintRule = (content, report) => {
  const place = arenaPlace(content);
  const { arena } = content;
  if (content.skills.some(({ allowedTools }) => allowedTools.length > 0)) {
    report.warn(
      below(place, 'skills'),
      'In the original allowed-tools of a skill never add a tool: let the prompt allow them',
      { key: true },
    );
  }
  const hasMemory = arena.memory !== undefined && arena.memory !== null;
  const hasClassifier =
    content.providers.some(({ spec }) => spec.role === 'inference') ||
    asMap(arena.defaults.inference) !== undefined;
  for (const { spec, place: at } of checkUses(content)) {
    const { type, params } = innerCheck(spec);
    const canonical = findCheck(type)?.type;
    if (canonical === 'no_tool_errors' && hasMemory) {
      report.warn(
        below(at, 'type'),
        'In the original, recalling or listing memories when there are none is a tool error',
      );
    }
    if (
      CLASSIFIERS.includes(type) &&
      params.model !== undefined &&
      !hasClassifier
    ) {
      report.warn(
        below(at, 'type'),
        'No inference provider is configured: in the original this check is skipped and passes',
      );
    }
  }
};
