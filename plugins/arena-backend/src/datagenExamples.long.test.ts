import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished, startPortal, TestPortal } from './__testUtils__/startPortal';

jest.setTimeout(180_000);

describe('the arena backend', () => {
  let folder: string;
  let portal: TestPortal;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-datagen-'));
    portal = await startPortal(folder);
  });

  afterAll(async () => {
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('generates the data of the examples', async () => {
    const names = ['support-tickets', 'support-dialogues', 'order-table'];
    for (const name of names) await portal.apply(`examples/jobs/${name}.yaml`);
    for (const name of names) {
      const job = await portal.waitFor('arenajobs', name, finished);
      expect(job.status.phase).toBe('Succeeded');
      expect(job.status.conditions).toContainEqual(
        expect.objectContaining({
          type: 'Progressing',
          status: 'False',
          reason: 'JobSucceeded',
        }),
      );
      const run = `${portal.base}/runs/${job.status.run.id}`;
      const { count, rows, quotas } = await portal.call(
        'GET',
        `${run}/dataset`,
      );
      expect(rows).toBe(count);
      for (const quota of quotas) expect(quota.rows).toBe(quota.count);
      const { reports } = await portal.call('GET', run);
      expect(reports.map((report: any) => report.name).sort()).toEqual([
        'coverage.json',
        expect.stringMatching(/^data\.(jsonl|csv)$/),
        'manifest.json',
        'provenance.jsonl',
      ]);
    }
  });
});
