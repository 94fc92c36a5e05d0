import { asMap } from '../../checks/CheckParams';
import { WRAPPERS } from '../../checks/wrappers';
import { findCheck } from '../../checks/registry';
import { CheckSpec, validateCheck } from '../../checks/validateCheck';
import { BundleContent } from '../BundleContent';
import { CheckUse, checkUses } from './checkUses';
import { INEFFECTIVE_PARAMS, surprisesOf } from './checkQuirks';
import { below, LintReport, LintRule, Path, Place } from './LintReport';
import { arenaPlace } from './places';

/** The check that decides, within the wrappers around it. */
export interface InnerCheck {
  type: string;
  params: Readonly<Record<string, unknown>>;
  /** From the check to its parameters. */
  path: Path;
  /** Score that suffices, given at the check or at a wrapper. */
  minScore?: unknown;
}

/** Unknown checks, wrong parameters, and checks that do not judge what they seem to. */
export const lintChecks: LintRule = (content, report) => {
  const external = externalChecks(content);
  for (const use of checkUses(content)) {
    lintFields(use, report);
    const inner = innerCheck(use.spec);
    if (external.has(inner.type)) continue;
    lintSpec(use.spec, use.place, report);
    for (const { path, message } of surprisesOf(inner)) {
      report.warn(below(use.place, ...path), message, { key: true });
    }
  }
  lintPackEvals(content, external, report);
};

/** Reports what is wrong with a check, and parameters of it that nothing reads. */
export function lintSpec(
  spec: CheckSpec,
  place: Place,
  report: LintReport,
): void {
  const { effective, ignored } = withoutIneffective(spec, []);
  for (const { path, message } of ignored) {
    report.warn(below(place, ...path), message, { key: true });
  }
  for (const { path, message, suggestion } of validateCheck(effective)) {
    report.error(below(place, ...path), message, { suggestion });
  }
}

export function innerCheck(spec: CheckSpec, path: Path = []): InnerCheck {
  const params = spec.params ?? {};
  const minScore = params.min_score;
  if (!WRAPPERS.has(spec.type) || typeof params.eval_type !== 'string') {
    return { type: spec.type, params, path: [...path, 'params'], minScore };
  }
  const inner = innerCheck(
    { type: params.eval_type, params: asMap(params.eval_params) },
    [...path, 'params'],
  );
  return {
    ...inner,
    path: [...path, 'params', 'eval_params'],
    minScore: minScore ?? inner.minScore,
  };
}

interface Ignored {
  path: Path;
  message: string;
}

function withoutIneffective(
  spec: CheckSpec,
  path: Path,
): { effective: CheckSpec; ignored: Ignored[] } {
  const params: Record<string, unknown> = { ...spec.params };
  const type = findCheck(spec.type)?.type ?? spec.type;
  const ignored = Object.entries({
    ...INEFFECTIVE_PARAMS.any,
    ...INEFFECTIVE_PARAMS[type],
  }).flatMap(([name, message]) => {
    if (!Object.hasOwn(params, name)) return [];
    delete params[name];
    return [{ path: [...path, 'params', name], message }];
  });
  const { eval_type: innerType } = params;
  const innerParams = asMap(params.eval_params);
  if (WRAPPERS.has(type) && typeof innerType === 'string' && innerParams) {
    const inner = withoutIneffective({ type: innerType, params: innerParams }, [
      ...path,
      'params',
    ]);
    params.eval_params = inner.effective.params;
    ignored.push(
      ...inner.ignored.map(({ path: at, message }) => ({
        path: [...path, 'params', 'eval_params', ...at.slice(path.length + 2)],
        message,
      })),
    );
  }
  return { effective: { ...spec, params }, ignored };
}

function lintFields(
  { spec, place, level }: CheckUse,
  report: LintReport,
): void {
  if (spec.pass_threshold !== undefined) {
    report.warn(
      below(place, 'pass_threshold'),
      'pass_threshold has no effect: give min_score in params',
      { key: true },
    );
  }
  if (level === 'conversation' && spec.when) {
    report.warn(
      below(place, 'when'),
      'when it is not met, the original counts a check of the conversation as failed',
      { key: true },
    );
  }
}

/** Types that processes of the bundle add. */
function externalChecks(content: BundleContent): Set<string> {
  return new Set(Object.keys(asMap(content.arena.runtime?.evals) ?? {}));
}

const SESSION_TRIGGERS = ['on_session_complete', 'on_conversation_complete'];
const OTHER_TRIGGERS = [
  'every_turn',
  'sample_turns',
  'sample_sessions',
  'on_workflow_step',
];

function lintPackEvals(
  content: BundleContent,
  external: ReadonlySet<string>,
  report: LintReport,
): void {
  for (const [index, item] of (content.arena.pack_evals ?? []).entries()) {
    const place = below(arenaPlace(content), 'pack_evals', index);
    if (!external.has(item.type)) {
      lintSpec({ type: item.type, params: item.params }, place, report);
    }
    const { trigger } = item;
    if (trigger === undefined || SESSION_TRIGGERS.includes(trigger)) continue;
    if (!OTHER_TRIGGERS.includes(trigger)) {
      report.error(
        below(place, 'trigger'),
        `Unknown trigger "${trigger}": allowed are ${[
          ...SESSION_TRIGGERS,
          ...OTHER_TRIGGERS,
        ].join(', ')}`,
      );
    } else if (trigger !== 'sample_sessions') {
      report.warn(
        below(place, 'trigger'),
        `The evaluation "${item.id}" never runs: only those at the end of a session do`,
      );
    }
  }
}
