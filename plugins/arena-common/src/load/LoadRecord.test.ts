import { batch } from './__testUtils__/loadReports';
import { loadReportBatchSchema } from './LoadRecord';

describe('what a worker tells of a second', () => {
  const { worker, records } = batch(3, [{}]);

  it.each([
    { worker: { ...worker, second: 10_000_001 }, records },
    { worker, records: [{ ...records[0], second: 10_000_001 }] },
    { worker, records: [{ ...records[0], stage: 10_001 }] },
    { worker: { ...worker, inFlight: 0.5 }, records },
    { worker, records: [{ ...records[0], dropped: { late: 0.5 } }] },
  ])('is refused when it can be of no test: %#', told => {
    expect(loadReportBatchSchema.safeParse(told).success).toBe(false);
  });

  it('may be of the latest second and the last stage that there may be', () => {
    const second = 10_000_000;
    expect(() =>
      loadReportBatchSchema.parse({
        worker: { ...worker, second },
        records: [{ ...records[0], second, stage: 10_000 }],
      }),
    ).not.toThrow();
  });
});
