// The portal on a real cluster, in a real Chromium: a job runs in pods, its page shows them with what they wrote, and so does its entity in the
// catalog. Beside it a cluster that is away, which must cost the others nothing.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  RbacAuthorizationV1Api,
} from '@kubernetes/client-node';
import { openBrowser, violations } from '../../scripts/lib/browser.mjs';
import { ensureChromium } from '../../scripts/lib/chromium.mjs';
import { buildApp, freePort, startPortal } from '../../scripts/lib/portal.mjs';
import { prepare } from '../../scripts/lib/prepare.mjs';

const TIMEOUT_MS = 60_000;
const SUITE_MS = 600_000;
const API = { group: 'omnia.altairalabs.ai', version: 'v1alpha1' };

const suffix = randomBytes(4).toString('hex');
const namespace = `portal-${suffix}`;
/** The component of the catalog that the job tests. */
const component = `agent-${suffix}`;
const cleanups = [];
let portal;
let browser;
let page;
let log = '';

before(
  async () => {
    const told = JSON.parse(
      await readFile(process.env.ARENA_TEST_CLUSTER, 'utf8'),
    );
    const prepared = await prepare();
    await buildApp(prepared);
    const directory = await mkdtemp(path.join(tmpdir(), 'arena-portal-'));
    cleanups.push(() => rm(directory, { recursive: true, force: true }));

    const kubernetes = await openNamespace(told.kubeconfig);
    const ports = { portal: await freePort(), workers: await freePort() };
    const entities = path.join(directory, 'entities.yaml');
    await writeFile(entities, JSON.stringify(componentEntity()));
    const config = path.join(directory, 'app-config.yaml');
    await writeFile(
      config,
      JSON.stringify(configOf(told, { kubernetes, ports, entities })),
    );
    portal = await startPortal(prepared, {
      port: ports.portal,
      dataDirectory: directory,
      configs: ['app-config.yaml', config],
      onLog: text => {
        log = (log + text).slice(-100_000);
      },
    });
    cleanups.push(() => portal.stop());
    await applyJob(kubernetes.objects);

    browser = await openBrowser({
      executablePath: await ensureChromium(),
      screenshots: process.env.ARENA_SCREENSHOTS,
    });
    cleanups.push(() => browser.close());
    page = await browser.signIn(portal.url);
    page.setDefaultTimeout(TIMEOUT_MS);
  },
  { timeout: SUITE_MS },
);

after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

test('a reader chooses among the clusters, and one that is away says so', async () => {
  await page.goto(`${portal.url}/arena`);
  await page.getByRole('button', { name: /Cluster/ }).click();
  await page.getByRole('option', { name: 'away (not ready)' }).click();
  await page.getByText('Cluster away is not ready').waitFor();
  await browser.screenshot(page, 'cluster-away-1440-light');

  await page.getByRole('button', { name: /Cluster/ }).click();
  await page.getByRole('option', { name: 'dev', exact: true }).click();
  const row = page.getByRole('row', { name: new RegExp(namespace) });
  await row.first().waitFor();
  await browser.screenshot(page, 'cluster-jobs-1440-light');
  await row.first().click();
  await page.waitForURL(`**/arena/jobs/dev/${namespace}/evaluation**`);
  await page.getByText('Succeeded').first().waitFor({ timeout: 120_000 });
});

test('the page of the job shows its pods, with what they wrote', async () => {
  await page.getByRole('tab', { name: 'Pods' }).click();
  const pods = page.getByRole('row', { name: /evaluation-worker-/ });
  await pods.first().waitFor();
  assert.equal(await pods.count(), 2);
  await page.getByRole('row', { name: /evaluation-finalize-/ }).waitFor();
  await page
    .getByRole('button', { name: /Logs of evaluation-worker-/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByText(/Registered/)
    .first()
    .waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

test('the catalog knows them too, on the job and on the component that it tests', async () => {
  for (const entity of [
    `${namespace}/arenajob/evaluation_dev`,
    `default/component/${component}`,
  ]) {
    const at = `${portal.url}/catalog/${entity}/kubernetes`;
    // The catalog needs its time.
    await until(async () => {
      await page.goto(at);
      await page.getByText('3 pods').first().waitFor({ timeout: 10_000 });
    });
    await browser.screenshot(
      page,
      `kubernetes-${entity.split('/')[1]}-1440-light`,
    );
  }
  await page.goto(
    `${portal.url}/catalog/${namespace}/arenajob/evaluation_dev/pods`,
  );
  await page
    .getByRole('row', { name: /evaluation-worker-/ })
    .first()
    .waitFor();
  await browser.screenshot(page, 'entity-pods-1440-light');
});

for (const theme of ['light', 'dark']) {
  for (const width of [1440, 800]) {
    test(
      `pods and their logs can be read: ${width} px, ${theme}`,
      { timeout: SUITE_MS },
      async () => {
        const view = await browser.signIn(portal.url, { width, theme });
        view.setDefaultTimeout(TIMEOUT_MS);
        const shot = name =>
          browser.screenshot(view, `${name}-${width}-${theme}`);
        await view.goto(
          `${portal.url}/arena/jobs/dev/${namespace}/evaluation?tab=pods`,
        );
        const pod = view.getByRole('row', { name: /evaluation-worker-/ });
        await pod
          .first()
          .waitFor()
          .catch(async error => {
            await shot('failed');
            throw error;
          });
        await view.waitForTimeout(500);
        await shot('pods');
        assert.deepEqual(await violations(view), []);
        const overflow = await view.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth,
        );
        assert.ok(overflow <= 0, `${overflow} px too wide`);
        await pod.first().click();
        await view
          .getByRole('dialog')
          .getByText(/Registered/)
          .first()
          .waitFor();
        await view.waitForTimeout(500);
        await shot('logs');
        await view.context().close();
      },
    );
  }
}

test('no page threw an error', () => {
  assert.deepEqual(browser.errors, []);
});

/** A namespace for the jobs, and an account with which the Kubernetes plugin may look into it. */
async function openNamespace(kubeconfig) {
  const kube = new KubeConfig();
  kube.loadFromFile(kubeconfig);
  const core = kube.makeApiClient(CoreV1Api);
  const rbac = kube.makeApiClient(RbacAuthorizationV1Api);
  await core.createNamespace({
    body: {
      metadata: {
        name: namespace,
        labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
      },
    },
  });
  cleanups.push(() => core.deleteNamespace({ name: namespace }));
  await core.createNamespacedServiceAccount({
    namespace,
    body: { metadata: { name: 'backstage' } },
  });
  await rbac.createClusterRoleBinding({
    body: {
      metadata: { name: namespace },
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'ClusterRole',
        name: 'view',
      },
      subjects: [{ kind: 'ServiceAccount', name: 'backstage', namespace }],
    },
  });
  cleanups.push(() => rbac.deleteClusterRoleBinding({ name: namespace }));
  const { status } = await core.createNamespacedServiceAccountToken({
    namespace,
    name: 'backstage',
    body: { spec: { audiences: [], expirationSeconds: 3600 } },
  });
  return {
    cluster: kube.getCurrentCluster(),
    token: status.token,
    objects: kube.makeApiClient(CustomObjectsApi),
  };
}

/** What the administrator of the portal would write, on top of app-config.yaml. */
function configOf(told, { kubernetes, ports, entities }) {
  const { cluster, token } = kubernetes;
  const worker = {
    image: told.images.worker,
    backendUrl: `http://${told.hostAddress}:${ports.workers}/api/arena/worker/v1`,
  };
  return {
    arena: {
      workers: { listen: { host: told.hostAddress, port: ports.workers } },
      clusters: [
        {
          name: 'dev',
          connection: { type: 'kubeconfig', path: told.kubeconfig },
          namespaces: [namespace],
          leaseNamespace: namespace,
          worker,
        },
        {
          name: 'away',
          connection: { type: 'direct', url: 'https://127.0.0.1:9', token },
          namespaces: [namespace],
          worker,
        },
      ],
    },
    kubernetes: {
      serviceLocatorMethod: { type: 'singleTenant' },
      clusterLocatorMethods: [
        {
          type: 'config',
          clusters: [
            {
              name: 'dev',
              url: cluster.server,
              caData: cluster.caData,
              authProvider: 'serviceAccount',
              serviceAccountToken: token,
              skipMetricsLookup: true,
            },
          ],
        },
      ],
    },
    catalog: {
      processingInterval: { seconds: 5 },
      locations: [{ type: 'file', target: entities }],
      providers: {
        arena: {
          schedule: { frequency: { seconds: 3 }, timeout: { minutes: 1 } },
        },
      },
    },
  };
}

/** An entity that finds what belongs to it by the id that its jobs hand on to their pods. */
function componentEntity() {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: component,
      annotations: { 'backstage.io/kubernetes-id': component },
    },
    spec: { type: 'service', lifecycle: 'production', owner: 'guest' },
  };
}

/** As somebody with kubectl would, who never opens the portal. */
async function applyJob(objects) {
  const metadata = name => ({
    name,
    namespace,
    annotations: {
      'arena.backstage.io/component': `component:default/${component}`,
      'backstage.io/kubernetes-id': component,
    },
  });
  const create = (plural, kind, name, spec) =>
    objects.createNamespacedCustomObject({
      ...API,
      namespace,
      plural,
      body: {
        apiVersion: `${API.group}/${API.version}`,
        kind,
        metadata: metadata(name),
        spec,
      },
    });
  await create('arenasources', 'ArenaSource', 'scenarios', {
    type: 'workspace',
    workspace: { path: 'support-agent' },
    interval: '1m',
  });
  await create('arenajobs', 'ArenaJob', 'evaluation', {
    sourceRef: { name: 'scenarios' },
    type: 'evaluation',
    evaluation: { outputFormats: ['json'] },
    workers: { replicas: 2 },
  });
}

/** Tries again until it works: the catalog needs its time. */
async function until(work) {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
