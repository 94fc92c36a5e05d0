import { cp } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { ENDED } from './phases.mjs';
import { NAMESPACE } from './PortalUnderTest.mjs';
import { until } from './until.mjs';

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
  await portal.createObject('ArenaSource', BUNDLE, {
    type: 'workspace',
    interval: '1h',
    workspace: { path: BUNDLE },
  });
  await portal.createObject('ArenaJob', BUNDLE, {
    sourceRef: { name: BUNDLE },
  });
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
