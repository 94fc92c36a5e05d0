import {
  ArenaJobSpec,
  compareRuns,
  ComparisonOptions,
  CountedCell,
  GateVerdict,
  RunGate,
} from '@backstage-arena/plugin-arena-common';
import { describeComparison } from '../../verdicts/describeComparison';
import {
  createJob,
  createWorld,
  NEW_RUN,
  settled,
} from './__testUtils__/worlds';
import { withinComparison } from './missingBaseline';
import { nextJobState } from './nextJobState';

type Baseline = NonNullable<
  NonNullable<NonNullable<ArenaJobSpec['evaluation']>['gate']>['baseline']
>;

function cells(passedOf: (scenario: number) => number): CountedCell[] {
  return Array.from({ length: 20 }, (_, n) => ({
    scenario: `case-${n}`,
    scenarioKey: `key-${n}`,
    provider: 'model',
    region: 'default',
    variant: 0,
    judged: 5,
    passed: passedOf(n),
  }));
}

const BASELINE = { id: 'before-1', jobName: 'nightly', revision: 'main@1' };

/** What a comparison with a run in which all passed says. */
function compared(
  passedOf: (scenario: number) => number,
  options: ComparisonOptions = {},
): RunGate {
  const comparison = compareRuns(
    cells(() => 5),
    cells(passedOf),
    options,
  );
  return {
    ...describeComparison(BASELINE, comparison),
    baseline: BASELINE,
    changedInputs: ['source'],
    comparison,
  };
}

const without = (verdict: GateVerdict): RunGate => ({
  verdict,
  message: 'Why',
  changedInputs: [],
});

function settle(
  gate: RunGate,
  baseline: Partial<Baseline> = { previous: true },
  passed = 100,
) {
  return nextJobState(
    createWorld({
      ...settled({ total: 100, passed, failed: 100 - passed }),
      gate,
      job: createJob({
        spec: {
          evaluation: {
            budgetCurrency: 'USD',
            gate: {
              minPassRate: 50,
              baseline: {
                significance: 0.05,
                minEffect: 1,
                cells: false,
                ...baseline,
              },
            },
          },
        },
      }),
    }),
  );
}

const conditionOf = (next: ReturnType<typeof settle>, type: string) =>
  next.status.conditions!.find(condition => condition.type === type);

describe('a job with a baseline', () => {
  it('fails with Regression, and names effect, interval, chance and cells', () => {
    const next = settle(
      compared(n => (n < 5 ? 0 : 5)),
      {},
      75,
    );
    expect(next.status.phase).toBe('Failed');
    const { reason, message } = conditionOf(next, 'Progressing')!;
    expect(reason).toBe('Regression');
    expect(message).toMatch(
      /^More was lost than chance explains; the pass rate is 75\.0 % after 100\.0 % in run before-1 of nightly: -25\.0 points, 90 % interval -\d+\.\d to -\d+\.\d, p = 0\.0313; worst: case-0 on model \(5\/5 to 0\/5\), /,
    );
    expect(conditionOf(next, 'BaselineCompared')).toMatchObject({
      status: 'True',
      reason: 'Regression',
    });
    expect(next.status.result!.summary).toMatchObject({
      baselineVerdict: 'Regression',
      baselineRun: 'before-1',
      baselineJob: 'nightly',
      passRateChange: '-25.0',
      regressionChance: 'p = 0.0313',
      regressionFoundIn: 'whole',
      regressedCells: '5',
    });
    expect(next.events.map(({ type, reason: why }) => [type, why])).toEqual([
      ['Warning', 'Regression'],
      ['Warning', 'JobFailed'],
    ]);
    expect(next.actions).toContainEqual({
      type: 'recordVerdict',
      verdict: expect.objectContaining({
        phase: 'Failed',
        reason: 'Regression',
      }),
    });
  });

  it('succeeds when what it lost may be chance', () => {
    const next = settle(
      compared(n => (n === 3 ? 4 : 5)),
      {},
      99,
    );
    expect(next.status.phase).toBe('Succeeded');
    expect(conditionOf(next, 'BaselineCompared')).toMatchObject({
      status: 'True',
      reason: 'NoRegression',
    });
    expect(next.status.result!.summary).toMatchObject({
      baselineVerdict: 'NoRegression',
      flakyCells: '1',
    });
  });

  it('names cells that lost more than chance explains, which decide only where they are to', () => {
    const oneBroke = (n: number) => (n === 3 ? 0 : 5);
    const named = settle(compared(oneBroke), {}, 95);
    expect(named.status.phase).toBe('Succeeded');
    expect(conditionOf(named, 'BaselineCompared')!.message).toMatch(
      /^No significant loss: .*, p = 0\.5000; 1 cell lost more than chance explains if trials are independent; worst: case-3 on model \(5\/5 to 0\/5\)$/,
    );

    const decided = settle(
      compared(oneBroke, { decideByCells: true }),
      { cells: true },
      95,
    );
    expect(decided.status.phase).toBe('Failed');
    expect(conditionOf(decided, 'BaselineCompared')!.message).toMatch(
      /^1 cell lost more than chance explains \(p = 0\.0079\); .* 95 % interval .*, p = 1\.0000; worst: case-3/,
    );
    expect(decided.status.result!.summary).toMatchObject({
      regressionFoundIn: 'cells',
    });
  });

  it('says so when a loss is no chance, but too small to count', () => {
    const gate = compared(n => (n < 5 ? 4 : 5), { minEffect: 0.2 });
    expect(gate.verdict).toBe('NoRegression');
    expect(gate.message).toMatch(
      /^The loss is no chance, but below the 20\.0 points that count: .* p = 0\.0313$/,
    );
  });

  it('warns when there is no baseline though there have been runs', () => {
    const typeOf = (earlierRuns: number) =>
      settle({ ...without('NoBaseline'), earlierRuns }).events[0].type;
    expect(typeOf(0)).toBe('Normal');
    expect(typeOf(2)).toBe('Warning');
  });

  it('fails at once when what it names does not exist', () => {
    const next = nextJobState(
      createWorld({
        inputs: { state: 'refused', reason: 'BaselineGone', message: 'Why' },
      }),
    );
    expect(next.status.phase).toBe('Failed');
    expect(next.status.completionTime).toBeDefined();
    expect(conditionOf(next, 'Progressing')).toMatchObject({
      reason: 'BaselineGone',
      message: 'Why',
    });
    expect(next.events).toEqual([
      {
        type: 'Warning',
        reason: 'JobFailed',
        message: 'BaselineGone: Why',
      },
    ]);
    expect(next.actions).toEqual([]);
  });

  it.each<[GateVerdict, Partial<Baseline>, string, string]>([
    ['NoBaseline', { previous: true }, 'Succeeded', 'JobSucceeded'],
    ['NothingInCommon', { branch: 'main' }, 'Succeeded', 'JobSucceeded'],
    ['NothingInCommon', { runId: 'before-1' }, 'Failed', 'NothingInCommon'],
    ['BaselineGone', { runId: 'before-1' }, 'Failed', 'BaselineGone'],
  ])(
    'of which the verdict is %s ends, for %j, as %s',
    (verdict, baseline, phase, reason) => {
      const next = settle(without(verdict), baseline);
      expect(next.status.phase).toBe(phase);
      expect(conditionOf(next, 'Progressing')).toMatchObject({ reason });
      expect(conditionOf(next, 'BaselineCompared')).toMatchObject({
        status: 'False',
        reason: verdict,
        message: 'Why',
      });
    },
  );

  it('is held back when it has more cells than can be compared', () => {
    const scenario = { id: 'a', key: 'a', providers: [0, 1], trials: 1 };
    const inputs = {
      state: 'ready' as const,
      run: {
        ...NEW_RUN,
        plan: {
          ...NEW_RUN.plan,
          scenarios: [{ ...scenario, variants: 100_001 }],
        },
      },
    };
    const gated = createJob({
      spec: {
        evaluation: {
          budgetCurrency: 'USD',
          gate: {
            minPassRate: 0,
            baseline: {
              previous: true,
              significance: 0.05,
              minEffect: 1,
              cells: false,
            },
          },
        },
      },
    });
    expect(withinComparison(gated, inputs)).toMatchObject({
      state: 'blocked',
      obstacle: {
        reason: 'TooManyCells',
        message: expect.stringContaining('200002 cells'),
      },
    });
    expect(withinComparison(createJob(), inputs)).toBe(inputs);
  });
});
