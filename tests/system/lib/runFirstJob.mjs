const JOB_TIMEOUT_S = 120;

/**
 * Runs the job `first` with the bundle `support-agent` to its end.
 *
 * @param {import('./FreshPortal.mjs').FreshPortal} portal
 * @param {Record<string, string>} [annotations]
 */
export async function runFirstJob(portal, annotations = {}) {
  await portal.apply(`
apiVersion: omnia.altairalabs.ai/v1alpha1
kind: ArenaSource
metadata: { name: support-agent, namespace: default }
spec:
  type: workspace
  interval: 5m
  workspace: { path: support-agent }
---
apiVersion: omnia.altairalabs.ai/v1alpha1
kind: ArenaJob
metadata:
  name: first
  namespace: default
  annotations: ${JSON.stringify(annotations)}
spec:
  sourceRef: { name: support-agent }
`);
  await portal.arena([
    'wait',
    'arenajob/first',
    '--for=phase=Succeeded',
    '-n',
    'default',
    `--timeout=${JOB_TIMEOUT_S}s`,
  ]);
}
