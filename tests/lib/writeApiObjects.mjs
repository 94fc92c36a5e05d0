import { cp } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { ENDED } from './phases.mjs';
import { until } from './until.mjs';

const NAMESPACE = '/clusters/embedded/namespaces/default';
const BUNDLE = 'support-agent';

/**
 * A source and a job that has run, for requests that are to find something.
 *
 * @param {import('./PortalUnderTest.mjs').PortalUnderTest} portal
 * @param {string} directory - of the portal
 * @returns {Promise<Record<string, string>>} parameters of paths of the API that name them
 */
export async function writeApiObjects(portal, directory) {
  await cp(
    path.join(root, 'examples/bundles', BUNDLE),
    path.join(directory, 'bundles', BUNDLE),
    { recursive: true },
  );
  const create = (kind, spec) =>
    portal.send('POST', `${NAMESPACE}/${kind.toLowerCase()}s`, {
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind,
      metadata: { name: BUNDLE, namespace: 'default' },
      spec,
    });
  await create('ArenaSource', {
    type: 'workspace',
    interval: '1h',
    workspace: { path: BUNDLE },
  });
  await create('ArenaJob', { sourceRef: { name: BUNDLE } });
  const job = await until(
    'the job has ended',
    async () => {
      const found = await portal.get(`${NAMESPACE}/arenajobs/${BUNDLE}`);
      return ENDED.includes(found.status?.phase) && found;
    },
    { timeoutMs: 120_000 },
  );
  const { items } = await portal.get(
    `${NAMESPACE}/arenasources/${BUNDLE}/revisions`,
  );
  return {
    cluster: 'embedded',
    namespace: 'default',
    name: BUNDLE,
    runId: job.status.run.id,
    digest: items[0].digest,
  };
}
