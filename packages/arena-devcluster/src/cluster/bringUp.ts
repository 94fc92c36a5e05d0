import { ConflictError } from '@backstage/errors';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { findTool } from '../binary/findTool';
import { isRunning } from '../process/processInfo';
import { run } from '../process/run';
import { until } from '../process/until';
import { ApiProbe } from './ApiProbe';
import { makeCgroups, removeCgroups } from './cgroups';
import { ClusterState, isUp, readState, writeState } from './ClusterState';
import { ComponentControl } from './ComponentControl';
import { writeConfigs } from './conf/writeConfigs';
import { Layout } from './Layout';
import { linkNode, startInit, wakeEntered } from './namespaces';
import { NODE_NAME, writePki } from './writePki';

const TIMEOUT_MS = 60_000;

/** Options of {@link bringUp}. */
export interface BringUpOptions {
  kube: string;
  coreDns?: string;
  apiServerArgs: string[];
  /** Archives; one of them has the pause image. */
  images: string[];
  manifests: string[];
  /** Whether it ends with this process. */
  mortal: boolean;
  /** Whether its folder is removed when it ends. */
  temporary: boolean;
}

/**
 * Starts a cluster in a folder, and waits until pods can be made.
 *
 * @throws ConflictError when one runs there
 */
export async function bringUp(
  layout: Layout,
  options: BringUpOptions,
): Promise<ClusterState> {
  const old = readState(layout);
  if (old && isUp(old)) {
    throw new ConflictError(`A cluster runs in ${layout.folder} already`);
  }
  // What the last one left when its owner died.
  await bringDown(layout);
  await mkdir(layout.at('log'), { recursive: true });
  try {
    return await start(layout, options);
  } catch (error) {
    await bringDown(layout);
    throw error;
  }
}

async function start(
  layout: Layout,
  options: BringUpOptions,
): Promise<ClusterState> {
  const { kube, coreDns, apiServerArgs, mortal, temporary } = options;
  await makeCgroups(layout.cgroup);
  const init = await startInit(layout, { mortal });
  const state: ClusterState = {
    ...{ init, entered: {}, temporary, kube, coreDns, apiServerArgs },
  };
  await writeState(layout, state);
  const addresses = await linkNode(init, await usedSlot(layout));
  state.slot = addresses.slot;
  await writeState(layout, state);
  await writePki(layout, addresses);
  await writeConfigs(layout, addresses, { dns: coreDns !== undefined });
  await startAll(layout, state, options);
  return state;
}

async function startAll(
  layout: Layout,
  state: ClusterState,
  { images, manifests }: BringUpOptions,
): Promise<void> {
  const startedAt = Date.now();
  const probe = new ApiProbe(layout);
  const components = new ComponentControl(layout, state);
  const first = ['containerd', 'etcd', 'apiserver'] as const;
  for (const component of first) await components.start(component);
  await untilUp('containerd', layout, async () => {
    await containerd(layout, ['version']);
    return true;
  });
  for (const file of images) await importImage(layout, file);
  await untilUp('the API server', layout, () => probe.isReady());
  for (const file of manifests) await apply(layout, state, file);
  for (const component of components.all()) {
    if (!first.some(each => each === component)) {
      await components.start(component);
    }
  }
  await untilUp('the node', layout, () =>
    probe.isSo<NodeStatus>(`/api/v1/nodes/${NODE_NAME}`, node =>
      isReadySince(node, startedAt),
    ),
  );
  // Pods cannot be made before.
  await untilUp('the default service account', layout, () =>
    probe.isSo(
      '/api/v1/namespaces/default/serviceaccounts/default',
      () => true,
    ),
  );
}

/** Ends a cluster, if one runs, and removes what it has on this machine outside its folder. */
export async function bringDown(layout: Layout): Promise<void> {
  const state = readState(layout);
  if (state && isRunning(state.init)) {
    process.kill(state.init.pid, 'SIGKILL');
    await until('the end of the node', 20_000, () => {
      wakeEntered(state.init);
      return !isRunning(state.init);
    });
  }
  await removeCgroups(layout.cgroup);
  await rm(layout.state, { force: true });
}

/** Imports an archive into the node's store of images. */
export async function importImage(layout: Layout, file: string): Promise<void> {
  await containerd(layout, ['-n', 'k8s.io', 'images', 'import', file]);
}

async function containerd(layout: Layout, args: string[]): Promise<string> {
  return run(findTool('ctr') ?? 'ctr', [
    '-a',
    layout.containerdSocket,
    ...args,
  ]);
}

async function apply(layout: Layout, state: ClusterState, file: string) {
  await run(state.kube, [
    ...['kubectl', '--kubeconfig', layout.kubeconfig],
    ...['apply', '--server-side', '-f', file],
  ]);
}

async function untilUp(
  what: string,
  layout: Layout,
  condition: () => Promise<boolean>,
): Promise<void> {
  await until(
    `${what} to be ready (see ${layout.at('log')})`,
    TIMEOUT_MS,
    condition,
  );
}

/** A folder that was used before goes on with its addresses: they are in what it keeps. */
async function usedSlot(layout: Layout): Promise<number | undefined> {
  const file = layout.pki('addresses.json');
  if (!existsSync(file)) return undefined;
  return JSON.parse(await readFile(file, 'utf8')).slot;
}

interface NodeStatus {
  status?: {
    conditions?: Array<{
      type: string;
      status: string;
      lastHeartbeatTime: string;
    }>;
  };
}

/** In a folder that was used before, the node still says what it said last. */
function isReadySince(node: NodeStatus, startedAt: number): boolean {
  const conditions = node.status?.conditions ?? [];
  return conditions.some(
    each =>
      each.type === 'Ready' &&
      each.status === 'True' &&
      // Times of the API are whole seconds.
      Date.parse(each.lastHeartbeatTime) >= startedAt - 1000,
  );
}
