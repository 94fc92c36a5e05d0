import { createCounters, createRun, createWorld } from './__testUtils__/worlds';
import { describeRunning } from './describeRunning';

describe('describeRunning', () => {
  it('says that workers are of the wrong release, before anything else about them', () => {
    const message = 'release 0.1.0 is more than one minor release away';
    expect(
      describeRunning(
        createWorld({
          heardFromWorkers: false,
          run: createRun({
            lastRefusal: { reason: 'WorkerVersionSkew', message },
          }),
        }),
      ),
    ).toEqual({ reason: 'WorkerVersionSkew', message });
  });

  it('says why the reports are not written yet', () => {
    const run = createRun({
      state: 'Finalizing',
      counters: createCounters({ passed: 10 }),
    });
    expect(describeRunning(createWorld({ run }))).toEqual({
      reason: 'Finalizing',
      message: 'All 10 items are in; the reports are being written',
    });
    expect(
      describeRunning(
        createWorld({ run: { ...run, finalizeError: 'no such bucket' } }),
      ),
    ).toEqual({
      reason: 'Finalizing',
      message:
        'All 10 items are in; writing the reports is tried again after: no such bucket',
    });
  });
});
