import { LoadSeriesPage } from '@backstage-arena/plugin-arena-common';
import { apiError, loadRow, loadState } from '../__testUtils__';
import { LoadWatch } from './LoadWatch';

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => loadRow(from + n));

/** Follows a test whose states and pages come one after the other. */
function watch(options: {
  phases: Array<'running' | 'over' | Error>;
  pages: LoadSeriesPage[];
  onAsked?: () => void;
}) {
  const asked: number[] = [];
  const phases = [...options.phases];
  const pages = [...options.pages];
  const controller = new AbortController();
  const subject = new LoadWatch({
    runId: 'run-1',
    intervalMs: 0,
    api: {
      load: async () => {
        const phase = phases.shift();
        if (phase instanceof Error) throw phase;
        options.onAsked?.();
        return loadState({ phase });
      },
      loadSeries: async (_, { from }) => {
        asked.push(from ?? 0);
        return pages.shift() ?? { rows: [], next: from ?? 0 };
      },
    },
  });
  return { subject, asked, controller };
}

describe('following a load test', () => {
  it('asks for what may still change and what is new, and for all once it is over', async () => {
    const { subject, asked, controller } = watch({
      phases: ['running', 'running', 'over'],
      pages: [
        { rows: rows(0, 5), next: 3 },
        { rows: rows(3, 7), next: 5 },
        { rows: rows(0, 9), next: 9 },
      ],
    });
    await subject.follow(controller.signal);
    expect(asked).toEqual([0, 3, 0, 9]);
    expect(subject.series.length).toBe(9);
    expect(subject.view.state?.phase).toBe('over');
  });

  it('reads a test of several hours at once', async () => {
    const { subject, asked, controller } = watch({
      phases: ['running', 'over'],
      pages: [
        { rows: rows(0, 3_600), next: 3_600 },
        { rows: rows(3_600, 7_200), next: 7_200 },
        { rows: rows(7_200, 7_203), next: 7_201 },
      ],
    });
    await subject.follow(controller.signal);
    expect(asked).toEqual([0, 3_600, 7_200, 0]);
    expect(subject.series.length).toBe(7_203);
  });

  it('shows what went wrong beside what is known, and goes on', async () => {
    jest.useFakeTimers();
    try {
      const { subject, controller } = watch({
        phases: ['running', new Error('away'), 'over'],
        pages: [],
      });
      const seen: string[] = [];
      subject.subscribe(() =>
        seen.push(
          `${subject.view.state?.phase} ${subject.view.error?.message}`,
        ),
      );
      const done = subject.follow(controller.signal);
      await jest.advanceTimersByTimeAsync(10_000);
      await done;
      expect(seen).toEqual([
        'running undefined',
        'running away',
        'over away',
        'over undefined',
      ]);
    } finally {
      jest.useRealTimers();
    }
  });

  it.each([403, 404])('stops where the answer is %i', async status => {
    const { subject, asked, controller } = watch({
      phases: ['running', apiError(status, 'Refused', 'Not for you'), 'over'],
      pages: [{ rows: rows(0, 2), next: 1 }],
    });
    await subject.follow(controller.signal);
    expect(asked).toEqual([0]);
    expect(subject.view).toMatchObject({
      state: { phase: 'running' },
      error: { message: expect.stringContaining('Not for you') },
      isRefused: true,
    });
  });

  it('does not let an older answer replace that of a command', async () => {
    const phases: unknown[] = [];
    const { subject, controller } = watch({
      phases: ['running', 'over'],
      pages: [],
      onAsked: () => {
        if (phases.length === 0) subject.accept(loadState({ phase: 'paused' }));
      },
    });
    subject.subscribe(() => phases.push(subject.view.state?.phase));
    await subject.follow(controller.signal);
    expect(phases).toEqual(['paused', 'over']);
  });

  it('ends with whoever shows it', async () => {
    const { subject, asked, controller } = watch({
      phases: ['running'],
      pages: [{ rows: rows(0, 2), next: 1 }],
    });
    subject.subscribe(() => controller.abort());
    await subject.follow(controller.signal);
    expect(asked).toEqual([0]);
  });
});
