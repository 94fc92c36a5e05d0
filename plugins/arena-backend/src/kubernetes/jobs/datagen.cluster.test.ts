import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ForgetfulModel,
  startForgetfulModel,
  writeRowBundle,
} from '../../datasets/__testUtils__/forgetfulModel';
import { createClaim } from '../__testUtils__/createClaim';
import { useClusterPortal } from './__testUtils__/useClusterPortal';

jest.setTimeout(300_000);

/** As the published page has it (synthetic-data.yaml), with fewer rows and workers. */
const SPEC = {
  sourceRef: { name: 'datagen-config' },
  type: 'datagen',
  dataGen: { count: 400, format: 'jsonl' },
  workers: { replicas: 2 },
  output: {
    type: 'pvc',
    pvc: { claimName: 'generated-data', subPath: 'batch-001/' },
  },
};

describe('data generation on worker pods', () => {
  let model: ForgetfulModel;
  let volume: string;

  const portal = useClusterPortal({
    prefix: 'rows',
    worker: { resources: { requests: { cpu: '10m', memory: '32Mi' } } },
    async bundles(folder, { hostAddress: host }) {
      model = await startForgetfulModel({ host, latencyMs: 100 });
      portal.cleanups.push(() => model.server.stop());
      writeRowBundle(join(folder, 'rows'), {
        url: model.server.url,
        concurrency: 4,
      });
    },
  });

  beforeAll(async () => {
    const { namespace } = portal;
    const claim = await createClaim(portal, {
      namespace,
      name: 'generated-data',
    });
    volume = claim.folder;
    portal.cleanups.push(claim.remove);
    await portal.create('ArenaSource', SPEC.sourceRef.name, {
      type: 'workspace',
      workspace: { path: 'rows' },
    });
  });

  it('brings exactly as many unique rows into the claim, although a pod is killed on the way', async () => {
    await portal.create('ArenaJob', 'synthetic-data', SPEC);
    const { status } = await portal.waitForJob('synthetic-data', job =>
      Boolean(job.status?.run),
    );
    const dataset = `${portal.portal.base}/runs/${status?.run?.id}/dataset`;
    for (;;) {
      const { rows } = await portal.portal.call('GET', dataset);
      if (rows >= 100) break;
      await sleep(100);
    }
    const [pod] = await portal.names('pods');
    await portal.cluster.kubectl([
      ...['delete', 'pod', pod, '--namespace', portal.namespace],
      ...['--grace-period=0', '--force'],
    ]);

    const job = await portal.finish('synthetic-data', 250_000);
    expect(job.status).toMatchObject({
      phase: 'Succeeded',
      progress: { total: 400, completed: 400, failed: 0, pending: 0 },
    });
    const paths = readdirSync(volume, { recursive: true, encoding: 'utf8' });
    const found = paths.filter(path => basename(path) === 'data.jsonl');
    expect(found).toEqual([expect.stringMatching(/^batch-001\//)]);
    const rows: Array<{ id: number }> = readFileSync(
      join(volume, found[0]),
      'utf8',
    )
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(rows).toHaveLength(400);
    const ids = new Set(rows.map(({ id }) => id));
    expect(ids.size).toBe(400);
    const said = model.said.filter(({ kind }) => kind === 'new');
    const known = new Set(said.map(({ text }) => JSON.parse(text).id));
    expect([...ids].every(id => known.has(id))).toBe(true);
  });
});
