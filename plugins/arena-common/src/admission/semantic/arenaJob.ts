import { JsonObject } from '@backstage/types';
import { dataGenSchema } from '../../resources/arenajob/dataGen';
import { loadTestSchema } from '../../resources/arenajob/loadTest';
import { scheduleSchema } from '../../resources/arenajob/schedule';
import { effectiveLoadTest, parseDuration } from '../../resources/semantics';
import { invalid } from '../causes';
import { FieldPath } from '../FieldPath';
import { isObject, own } from '../values';
import { cronProblem } from './cron';
import { SemanticFindings } from './SemanticFindings';
import { checkScenarioPatterns } from './scenarioPatterns';
import { timezoneProblem } from '../../schedule';

/**
 * The checks of an ArenaJob that CEL cannot express. Each block is checked when it fits its own schema, whatever is wrong with the others, so
 * that all faults show at once.
 *
 * @internal
 */
export function checkArenaJob(
  spec: JsonObject,
  findings: SemanticFindings,
): void {
  checkScenarioPatterns(spec, findings);
  checkSchedule(spec, findings);
  checkLoadTest(spec, findings);
  checkQuotas(spec, findings);
  warnOfPool(spec, findings);
  warnOfPassRate(spec, findings);
}

function checkSchedule(spec: JsonObject, findings: SemanticFindings): void {
  const { data: schedule } = scheduleSchema.safeParse(own(spec, 'schedule'));
  if (!schedule) {
    return;
  }
  const at = (field: string): FieldPath => [
    { field: 'spec' },
    { field: 'schedule' },
    { field },
  ];
  const { cron, timezone } = schedule;
  const zoneProblem = timezoneProblem(timezone);
  if (zoneProblem) {
    findings.causes.push(invalid(at('timezone'), timezone, zoneProblem));
  }
  const problem = cronProblem(cron);
  if (problem) {
    findings.causes.push(invalid(at('cron'), cron, problem));
  }
}

function checkLoadTest(spec: JsonObject, findings: SemanticFindings): void {
  const { data: loadTest } = loadTestSchema.safeParse(own(spec, 'loadTest'));
  if (!loadTest) return;
  const { notes, durationMs } = effectiveLoadTest(loadTest);
  findings.warnings.push(...notes.map(note => `spec.loadTest: ${note}`));
  const { warmUp, stages, search } = loadTest;
  // Without stages and a search, a rule of the schema compares it with duration.
  if (warmUp === undefined || !(stages || search)) return;
  const [limitMs, name] = search
    ? [parseDuration(search.stepDuration), 'search.stepDuration']
    : [durationMs, 'all stages together'];
  if (parseDuration(warmUp) < limitMs) return;
  findings.causes.push(
    invalid(
      [{ field: 'spec' }, { field: 'loadTest' }, { field: 'warmUp' }],
      warmUp,
      `must be shorter than ${name} (${limitMs / 1_000}s)`,
    ),
  );
}

/** All quotas of one field share out the rows. */
function checkQuotas(spec: JsonObject, findings: SemanticFindings): void {
  const { data: dataGen } = dataGenSchema.safeParse(own(spec, 'dataGen'));
  const sums = new Map<string | undefined, number>();
  const kinds = new Set<string>();
  dataGen?.quotas?.forEach((quota, index) => {
    const { field, value, persona, count } = quota;
    const at: FieldPath = [
      { field: 'spec' },
      { field: 'dataGen' },
      { field: 'quotas' },
      { index },
    ];
    const kind = JSON.stringify([field, value, persona]);
    if (kinds.has(kind)) {
      findings.causes.push(
        invalid(at, value ?? persona ?? '', 'has a quota already'),
      );
    }
    kinds.add(kind);
    const sum = (sums.get(field) ?? 0) + count;
    sums.set(field, sum);
    if (sum > dataGen.count && sum - count <= dataGen.count) {
      findings.causes.push(
        invalid(
          [...at, { field: 'count' }],
          count,
          `the quotas of ${
            field === undefined ? 'personas' : `the field ${field}`
          } add up to more than count (${dataGen.count})`,
        ),
      );
    }
  });
}

function warnOfPool(spec: JsonObject, findings: SemanticFindings): void {
  const workers = own(spec, 'workers');
  if (
    isObject(workers) &&
    own(workers, 'minReplicas') !== undefined &&
    own(workers, 'maxReplicas') === undefined
  ) {
    findings.warnings.push(
      'spec.workers.minReplicas: without maxReplicas the pool does not scale',
    );
  }
}

function warnOfPassRate(spec: JsonObject, findings: SemanticFindings): void {
  const evaluation = own(spec, 'evaluation');
  const gate = isObject(evaluation) ? own(evaluation, 'gate') : undefined;
  const rate = isObject(gate) ? own(gate, 'minPassRate') : undefined;
  if (typeof rate === 'number' && rate > 0 && rate <= 1) {
    findings.warnings.push(
      `spec.evaluation.gate.minPassRate: is in percent, so that ${rate} means ${rate} %`,
    );
  }
}
