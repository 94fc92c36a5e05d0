import { InputError } from '@backstage/errors';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { userCache } from '../binary/userCache';
import { Cluster } from '../cluster/Cluster';
import { DevCluster } from '../cluster/DevCluster';
import { startCluster } from '../cluster/startCluster';
import { isRunning, ProcessId } from '../process/processInfo';
import { until } from '../process/until';
import { startS3 } from '../s3/startS3';
import { TestClusterFile } from '../testing/TestClusterFile';
import { CRDS, ensureProductImages } from './productImages';

const USAGE = 'usage: cluster up [--s3] | down [--wipe] | status';

const FOLDER = userCache('cluster');
const S3_FOLDER = userCache('cluster-s3');
const S3_STATE = userCache('cluster-s3.json');
/** What tests may be told by ARENA_TEST_CLUSTER. */
const TEST_FILE = userCache('cluster.json');

/** `cluster up|down|status`: a cluster for people, which stays until it is taken down. */
export async function clusterCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      s3: { type: 'boolean', default: false },
      wipe: { type: 'boolean', default: false },
    },
  });
  const [what] = positionals;
  if (what === 'up') await up(values);
  else if (what === 'down') await down(values);
  else if (what === 'status') await status();
  else throw new InputError(USAGE);
}

async function up(options: { s3: boolean }): Promise<void> {
  const running = DevCluster.find(FOLDER);
  const images = await ensureProductImages();
  const cluster =
    running ??
    (await startCluster({
      folder: FOLDER,
      lifetime: 'detached',
      manifests: [CRDS],
      images: images.files,
    }));
  if (running) {
    for (const each of running.componentNames()) {
      if (!running.isRunning(each)) await running.start(each);
    }
    // Sources may have changed since it was started.
    for (const file of images.files) await running.importImage(file);
    await running.kubectl(['apply', '--server-side', '-f', CRDS]);
  }
  const lines = [
    `export KUBECONFIG=${cluster.kubeconfig}`,
    `# pods find this machine at ${cluster.hostAddress}`,
    `# image of workers: ${images.names.worker}`,
  ];
  if (options.s3) {
    const s3 = await s3Up(cluster);
    const told: TestClusterFile = {
      folder: cluster.folder,
      kubeconfig: cluster.kubeconfig,
      hostAddress: cluster.hostAddress,
      s3,
      images: images.names,
    };
    await writeFile(TEST_FILE, JSON.stringify(told, undefined, 2));
    lines.push(
      `export AWS_ENDPOINT_URL_S3=${s3.endpoint} AWS_REGION=${s3.region}`,
      `export AWS_ACCESS_KEY_ID=${s3.accessKeyId} AWS_SECRET_ACCESS_KEY=${s3.secretAccessKey}`,
      `# S3 for pods: ${s3.podEndpoint}`,
      `# tests on it: ARENA_TEST_CLUSTER=${TEST_FILE}`,
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

interface S3State {
  process: ProcessId;
  s3: TestClusterFile['s3'];
}

async function s3Up(cluster: Cluster): Promise<TestClusterFile['s3']> {
  const old = await readS3();
  if (old && isRunning(old.process)) return old.s3;
  const server = await startS3({
    folder: S3_FOLDER,
    lifetime: 'detached',
    addresses: cluster.own ? ['127.0.0.1', cluster.hostAddress] : ['0.0.0.0'],
  });
  const s3 = {
    endpoint: server.endpoint,
    podEndpoint: cluster.hostUrl(server.port),
    region: server.region,
    ...server.credentials,
  };
  const state: S3State = { process: server.process, s3 };
  await writeFile(S3_STATE, JSON.stringify(state));
  return s3;
}

async function readS3(): Promise<S3State | undefined> {
  if (!existsSync(S3_STATE)) return undefined;
  return JSON.parse(await readFile(S3_STATE, 'utf8'));
}

async function down({ wipe }: { wipe: boolean }): Promise<void> {
  const s3 = await readS3();
  if (s3 && isRunning(s3.process)) {
    process.kill(s3.process.pid, 'SIGTERM');
    await until('the end of S3', 10_000, () => !isRunning(s3.process));
  }
  await rm(S3_STATE, { force: true });
  await rm(TEST_FILE, { force: true });
  const cluster = DevCluster.find(FOLDER);
  await cluster?.down();
  if (wipe) {
    await rm(FOLDER, { recursive: true, force: true });
    await rm(S3_FOLDER, { recursive: true, force: true });
  }
  process.stdout.write(cluster ? 'The cluster is down\n' : 'None was up\n');
}

async function status(): Promise<void> {
  const cluster = DevCluster.find(FOLDER);
  if (!cluster) {
    process.stdout.write('down\n');
    return;
  }
  const lines = cluster
    .componentNames()
    .map(
      each =>
        `${each.padEnd(20)} ${
          cluster.isRunning(each) ? 'runs' : 'does not run'
        }`,
    );
  lines.push(`export KUBECONFIG=${cluster.kubeconfig}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}
