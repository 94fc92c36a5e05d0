import { desiredReplicas, mostReplicas } from './desiredReplicas';

const ask = (
  workers:
    | { replicas?: number; minReplicas?: number; maxReplicas?: number }
    | undefined,
  backlog: number,
  current: number,
  state: 'Running' | 'Finalizing' | 'Closed' = 'Running',
) =>
  desiredReplicas({
    workers: workers && { replicas: 1, ...workers },
    run: { state, backlog, leased: 0 },
    concurrency: 5,
    current,
  });

describe('desiredReplicas', () => {
  it.each<[string, number, number]>([
    ['one without a block', ask(undefined, 100, 0), 1],
    ['as many as asked for', ask({ replicas: 7 }, 100, 0), 7],
    ['never more than items', ask({ replicas: 7 }, 3, 0), 3],
    ['also on a second look', ask({ replicas: 7 }, 3, 3), 3],
    ['and keeps them to the end', ask({ replicas: 7 }, 1, 7), 7],
    ['one for the reports', ask({ replicas: 7 }, 0, 7, 'Finalizing'), 1],
    ['none for a closed run', ask({ replicas: 7 }, 0, 7, 'Closed'), 0],
    [
      'starts at the minimum',
      ask({ minReplicas: 2, maxReplicas: 20 }, 1_000, 0),
      2,
    ],
    [
      'or at replicas beside it',
      ask({ replicas: 4, minReplicas: 2, maxReplicas: 20 }, 1_000, 0),
      4,
    ],
    [
      'grows with the backlog',
      ask({ minReplicas: 2, maxReplicas: 20 }, 200, 2),
      10,
    ],
    [
      'never above the maximum',
      ask({ minReplicas: 2, maxReplicas: 20 }, 1_000_000, 2),
      20,
    ],
    [
      'shrinks when less than half is needed',
      ask({ minReplicas: 2, maxReplicas: 20 }, 40, 20),
      2,
    ],
    ['but not for less', ask({ minReplicas: 2, maxReplicas: 20 }, 220, 20), 20],
    ['the minimum for many items', ask({ minReplicas: 2 }, 9, 1), 2],
    ['less for fewer', ask({ minReplicas: 2 }, 1, 1), 1],
    ['a maximum alone', ask({ maxReplicas: 5 }, 1_000, 1), 5],
    ['a minimum alone', ask({ minReplicas: 3 }, 1_000, 0), 3],
  ])('%s', (_name, actual, expected) => {
    expect(actual).toBe(expected);
  });
});

describe('mostReplicas', () => {
  it.each([
    [undefined, 1],
    [{ replicas: 7 }, 7],
    [{ replicas: 1, minReplicas: 3 }, 3],
    [{ replicas: 1, minReplicas: 2, maxReplicas: 9 }, 9],
  ])('of %j is %i', (workers, expected) => {
    expect(mostReplicas(workers)).toBe(expected);
  });
});
