import { formatCause, validateStatus } from './index';

describe('validateStatus', () => {
  const condition = {
    type: 'Ready',
    status: 'True',
    reason: 'Succeeded',
    message: '',
    lastTransitionTime: '2030-01-31T12:00:00Z',
    observedGeneration: 1,
  };

  it('accepts what the controller writes', () => {
    expect(
      validateStatus('ArenaJob', {
        phase: 'Running',
        observedGeneration: 1,
        progress: { total: 4, completed: 1, failed: 0, pending: 3 },
        result: { url: 'http://x/arena/runs/1', summary: { passRate: '75.0' } },
        run: { id: 'uid-1', attempt: 1 },
        conditions: [condition, { ...condition, type: 'Progressing' }],
        startTime: '2030-01-31T12:00:00Z',
        activeWorkers: 0,
      }),
    ).toEqual([]);
  });

  it('refuses what does not fit', () => {
    expect(
      validateStatus('ArenaJob', {
        phase: 'Done',
        progress: { total: 4, completed: 1, failed: 0 },
        result: { summary: { passRate: 75 } },
        conditions: [condition, condition],
        startTime: 'yesterday',
        workers: 3,
      }).map(formatCause),
    ).toEqual([
      'unknown field "status.workers"',
      'status.phase: Unsupported value: "Done": supported values: "Pending", "Running", "Succeeded", "Failed", "Cancelled"',
      'status.progress.pending: Required value',
      'status.result.summary[passRate]: Invalid value: 75: must be of type string, not integer',
      'status.conditions[1]: Duplicate value: {"type":"Ready"}',
      'status.startTime: Invalid value: "yesterday": must be a time such as 2030-01-31T12:00:00Z',
    ]);
  });
});
