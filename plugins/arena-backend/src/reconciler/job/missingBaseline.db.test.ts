import { databases } from '../../__testUtils__/databases';
import { setupRuns, testPins, testRun } from '../../__testUtils__/runs';
import { createJob } from './__testUtils__/worlds';
import { InputSources } from './gatherInputs';
import { missingBaseline } from './missingBaseline';

jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())('a named baseline on %s', id => {
  it('is waited for while it runs, and refused when it is not there or no evaluation', async () => {
    const { store } = await setupRuns(id);
    const look = (runId: string, namespace = 'default') =>
      missingBaseline(
        createJob({
          metadata: { namespace },
          spec: {
            evaluation: {
              budgetCurrency: 'USD',
              gate: {
                minPassRate: 0,
                baseline: {
                  runId,
                  significance: 0.05,
                  minEffect: 1,
                  cells: false,
                },
              },
            },
          },
        }),
        {
          runs: store,
          store: { cluster: 'embedded' } as InputSources['store'],
        },
      );
    await store.create(testRun({ id: 'named-1', jobUid: 'named' }));
    expect(await look('named-1')).toMatchObject({
      state: 'blocked',
      obstacle: {
        condition: 'JobCreated',
        reason: 'BaselineRunning',
        retryAfterMs: 15_000,
      },
    });
    await store.close('named-1', { outcome: 'Completed', finalize: false });
    expect(await look('named-1')).toBeUndefined();

    const gone = { state: 'refused', reason: 'BaselineGone' };
    expect(await look('nobody-1')).toMatchObject({
      ...gone,
      message: expect.stringContaining('run nobody-1 does not exist'),
    });
    expect(await look('named-1', 'other')).toMatchObject(gone);
    await store.create(
      testRun({
        id: 'load-1',
        jobUid: 'load',
        pins: testPins({ type: 'loadtest' }),
      }),
    );
    expect(await look('load-1')).toMatchObject({
      ...gone,
      message: expect.stringContaining('of type loadtest'),
    });
  });
});
