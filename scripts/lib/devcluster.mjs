import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { root } from './paths.mjs';
import { must } from './run.mjs';

/** Arguments of node that run a command of packages/arena-devcluster. */
export function devclusterArgs(...args) {
  return [
    '--require',
    path.join(root, 'node_modules/@backstage/cli/config/nodeTransform.cjs'),
    path.join(root, 'packages/arena-devcluster/src/cli.ts'),
    ...args,
  ];
}

/**
 * Why this machine cannot run a cluster; undefined when it can.
 *
 * @returns {Promise<string | undefined>}
 */
export async function whyNoCluster({ node, env }) {
  const { output } = await must(node, devclusterArgs('why-no-cluster'), {
    cwd: root,
    env,
    quiet: true,
  });
  return output.trim() || undefined;
}

/** Builds the image of the portal when what it is made of has changed, which takes minutes of one core. */
export async function ensurePortalImage({ node, env }) {
  await must(node, devclusterArgs('portal-image'), {
    cwd: root,
    env,
    quiet: true,
    what: 'building the image of the portal',
  });
}

/**
 * Starts a Kubernetes cluster and an S3 server for tests; they end with this process, whatever happens.
 *
 * @returns {Promise<{ told: object, stop: () => Promise<void> }>} `told`: what tests are told, see TestClusterFile
 */
export async function startTestCluster({ node, env }) {
  const child = spawn(node, devclusterArgs('test-cluster'), {
    cwd: root,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const told = await new Promise((resolve, reject) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', chunk => {
      output += chunk;
      if (output.includes('\n')) resolve(JSON.parse(output));
    });
    child.once('error', reject);
    child.once('exit', code =>
      reject(new Error(`The cluster for tests ended with status ${code}`)),
    );
  });
  return {
    told,
    async stop() {
      const exited = once(child, 'exit');
      // It ends when its standard input does.
      child.stdin.end();
      await exited;
    },
  };
}
