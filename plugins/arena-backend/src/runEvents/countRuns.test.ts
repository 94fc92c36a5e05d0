import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import { runEvent } from './__testUtils__/runEvent';
import { countRuns } from './countRuns';

describe('countRuns', () => {
  const added: Array<[string, number, object | undefined]> = [];
  const instrument = (name: string) => {
    const add = (value: number, attributes?: object) => {
      added.push([name, value, attributes]);
    };
    return { add, record: add };
  };
  const count = countRuns(
    metricsServiceMock.mock({
      createCounter: instrument,
      createHistogram: instrument,
    }),
  );
  const of = { cluster: 'embedded', type: 'evaluation' };

  beforeEach(() => {
    added.length = 0;
  });

  it('counts a run, its items and its time', () => {
    count(
      runEvent({
        phase: 'Failed',
        reason: 'TestsFailed',
        progress: { total: 6, completed: 4, failed: 2, pending: 0 },
      }),
    );
    expect(added).toEqual([
      ['arena.runs', 1, { ...of, phase: 'Failed', reason: 'TestsFailed' }],
      ['arena.run.items', 4, { ...of, verdict: 'passed' }],
      ['arena.run.items', 2, { ...of, verdict: 'failed' }],
      ['arena.run.duration.seconds', 60, { ...of, phase: 'Failed' }],
    ]);
  });

  it('has no time of a job that could not start', () => {
    count(
      runEvent({
        phase: 'Failed',
        reason: 'InvalidSource',
        startedAt: undefined,
        progress: undefined,
      }),
    );
    expect(added.map(([name]) => name)).not.toContain(
      'arena.run.duration.seconds',
    );
  });
});
