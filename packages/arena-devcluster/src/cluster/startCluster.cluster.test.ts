import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageFolder } from '../packageFolder';
import { until } from '../process/until';
import { useCluster } from '../testing/useCluster';
import { addressesOf } from './addresses';
import { isUp, readState } from './ClusterState';
import { DevCluster } from './DevCluster';
import { Layout } from './Layout';
import { startCluster } from './startCluster';

const OWNER = `
  const { startCluster } = require(${JSON.stringify(packageFolder('src'))});
  startCluster({ folder: process.argv[1] }).then(
    cluster => process.stdout.write(cluster.kubeconfig + '\\n'));
  setInterval(() => {}, 1000);`;

describe('startCluster', () => {
  const { cluster: neighbour } = useCluster();
  let folder: string;
  let owner: ChildProcess | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'arena-test-'));
  });
  afterAll(async () => {
    owner?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  it('should run beside another, end with its owner, and go on from what it kept', async () => {
    const layout = new Layout(folder);
    owner = spawn(process.execPath, [
      ...['--require', '@backstage/cli/config/nodeTransform.cjs'],
      ...['-e', OWNER, folder],
    ]);
    let said = '';
    owner.stdout!.setEncoding('utf8').on('data', text => (said += text));
    await until('a second cluster', 90_000, () => said.endsWith('\n'));
    const { init, slot } = readState(layout)!;
    expect(addressesOf(slot!).host).not.toBe(neighbour.hostAddress);
    await neighbour.kubectl([
      ...['--kubeconfig', layout.kubeconfig],
      ...['create', 'namespace', 'kept'],
    ]);
    await expect(
      neighbour.kubectl(['get', 'namespace', 'kept']),
    ).rejects.toThrow('not found');

    // One that stands still when its owner dies must not be in the way.
    await DevCluster.open(folder).pause('scheduler');
    const exited = once(owner, 'exit');
    owner.kill('SIGKILL');
    await exited;
    await until('its end', 20_000, () => !isUp(readState(layout)!));

    const next = await startCluster({ folder });
    try {
      expect(await next.kubectl(['get', 'namespace', 'kept'])).toMatch(
        'Active',
      );
      await expect(startCluster({ folder })).rejects.toThrow(
        `A cluster runs in ${folder} already`,
      );
      await next.pause('kubelet');
    } finally {
      await next.wipe();
    }
    expect(existsSync(`/proc/${init.pid}`)).toBe(false);
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(`/sys/fs/cgroup/memory/${layout.cgroup}`)).toBe(false);
    expect(await neighbour.kubectl(['get', '--raw', '/readyz'])).toBe('ok');
  }, 240_000);
});
