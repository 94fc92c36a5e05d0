import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureDnsBinary } from '../binary/ensureDnsBinary';
import { ensureKubeBinary } from '../binary/ensureKubeBinary';
import { ensurePackages } from '../binary/ensurePackages';
import { printProgress, Progress } from '../binary/Progress';
import { ensurePauseImage } from '../images/basicImages';
import { bringDown, bringUp } from './bringUp';
import { Cluster, ClusterOptions } from './Cluster';
import { isUp, readState } from './ClusterState';
import { DevCluster } from './DevCluster';
import { GivenCluster } from './GivenCluster';
import { Layout } from './Layout';

/** Clusters without a folder of their own choice are here; sockets need short paths. */
const PREFIX = 'arena-kube-';
const KEEP_FAILED_MS = 3_600_000;

/**
 * Starts a cluster of our own, after building what it consists of when that is missing (minutes, once for a user; then seconds).
 * When the environment has KUBECONFIG, that cluster is taken instead, and ARENA_HOST_ADDRESS says where its pods find this machine.
 *
 * @remarks
 * Needs Linux, root, Go, and Debian packages that are installed when they are missing. Several clusters can run at the same time.
 *
 * @public
 */
export async function startCluster(
  options: ClusterOptions = {},
): Promise<Cluster> {
  const { progress = printProgress, images = [], manifests = [] } = options;
  const { KUBECONFIG, ARENA_HOST_ADDRESS } = process.env;
  if (KUBECONFIG) {
    progress(`Taking the cluster of KUBECONFIG (${KUBECONFIG})`);
    return new GivenCluster({
      kubeconfig: KUBECONFIG,
      hostAddress: ARENA_HOST_ADDRESS,
    });
  }
  await ensurePackages(progress);
  const kube = await ensureKubeBinary(progress);
  const coreDns =
    options.dns === false ? undefined : await ensureDnsBinary(progress);
  const pause = await ensurePauseImage(progress);
  await removeAbandoned(progress);
  const layout = new Layout(
    options.folder ?? (await mkdtemp(path.join(tmpdir(), PREFIX))),
  );
  const state = await bringUp(layout, {
    kube,
    coreDns,
    apiServerArgs: options.apiServerArgs ?? [],
    images: [pause.file, ...images],
    manifests,
    mortal: options.lifetime !== 'detached',
    temporary: options.folder === undefined,
  });
  return new DevCluster(layout, state);
}

/** Removes what clusters without a folder of their own choice left when their owners died. */
async function removeAbandoned(progress: Progress): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const layout = new Layout(path.join(tmpdir(), name));
    const state = readState(layout);
    const { mtimeMs } = await stat(layout.folder);
    // One without a state is about to start, or has failed to and is kept for a while for its logs.
    const isAbandoned = state
      ? state.temporary && !isUp(state)
      : mtimeMs < Date.now() - KEEP_FAILED_MS;
    if (!isAbandoned) continue;
    try {
      await bringDown(layout);
      await rm(layout.folder, { recursive: true, force: true });
    } catch (error) {
      // It is in nobody's way.
      progress(`${layout.folder} cannot be removed: ${error}`);
    }
  }
}
