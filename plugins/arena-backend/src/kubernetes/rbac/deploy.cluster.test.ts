import { ensureHelm, useCluster } from '@backstage-arena/arena-devcluster';
import { execFile } from 'node:child_process';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { eachRight, listedRights } from './__testUtils__/eachRight';
import { PolicyRule } from './rulesOf';

jest.setTimeout(30_000);

const deploy = resolve(__dirname, '../../../../../deploy');

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  rules?: PolicyRule[];
  webhooks?: Array<{ clientConfig: object }>;
  spec?: unknown;
}

function manifestsOf(yaml: string): Manifest[] {
  return parseAllDocuments(yaml)
    .map(document => document.toJS())
    .filter(manifest => manifest !== null);
}

/** Kinds that grant rights, or that rights are granted to. */
const OF_RIGHTS = [
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
];

describe('the manifests and the chart of deploy/', () => {
  const { cluster, createNamespace, apply } = useCluster();
  let folder: string;
  let helm: string;
  let portal: string;
  let jobs: string;
  let other: string;
  const clusterWide: Manifest[] = [];

  beforeAll(async () => {
    helm = await ensureHelm();
    folder = await mkdtemp(join(tmpdir(), 'arena-deploy-'));
    [portal, jobs, other] = await Promise.all(
      ['portal', 'served', 'other'].map(prefix =>
        createNamespace(prefix, {
          'pod-security.kubernetes.io/enforce': 'restricted',
        }),
      ),
    );
    await cp(join(deploy, 'kustomize'), folder, { recursive: true });
    await rename(folder);
  }, 1_200_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    // What has no namespace goes with none.
    for (const { kind, metadata } of clusterWide) {
      await cluster.kubectl([
        ...['delete', kind, metadata.name],
        '--ignore-not-found',
      ]);
    }
  });

  /** What somebody does who copies an overlay: names namespaces of their own. */
  async function rename(path: string): Promise<void> {
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const file = join(path, entry.name);
      if (entry.isDirectory()) {
        await rename(file);
      } else if (path.includes('/overlays/')) {
        const text = await readFile(file, 'utf8');
        await writeFile(
          file,
          text
            .replaceAll(/\barena-jobs\b/g, jobs)
            .replaceAll('namespace: arena\n', `namespace: ${portal}\n`)
            .replaceAll('value: arena }', `value: ${portal} }`)
            .replaceAll(
              'arena-workers.arena.svc',
              `arena-workers.${portal}.svc`,
            ),
        );
      }
    }
  }

  async function byKustomize(overlay: string): Promise<Manifest[]> {
    return manifestsOf(
      await cluster.kubectl(['kustomize', join(folder, 'overlays', overlay)]),
    );
  }

  async function byHelm(...set: string[]): Promise<Manifest[]> {
    const values = [
      'portalUrl=https://portal.example.com',
      'image.repository=registry.example.com/arena-portal',
      'worker.image.repository=registry.example.com/arena-worker',
      'database.secretName=arena-postgres',
      'serviceAccount.name=arena-portal',
      ...set,
    ];
    const { stdout } = await promisify(execFile)(
      helm,
      [
        ...['template', 'arena', join(deploy, 'helm/arena')],
        ...['--namespace', portal, '--kube-version', '1.36.0'],
        ...values.flatMap(value => ['--set', value]),
      ],
      { maxBuffer: 10_000_000 },
    );
    return manifestsOf(stdout);
  }

  /** As `helm install` does: what names no namespace goes to that of the release. */
  function inPortal(manifest: Manifest): Manifest {
    const { kind, metadata } = manifest;
    return kind.startsWith('Cluster') ||
      kind === 'ValidatingWebhookConfiguration'
      ? manifest
      : { ...manifest, metadata: { namespace: portal, ...metadata } };
  }

  function rulesByScope(manifests: Manifest[]) {
    return manifests
      .filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole')
      .map(({ kind, metadata, rules }) => ({
        scope: kind === 'Role' ? metadata.namespace ?? portal : '(cluster)',
        rules: eachRight(rules!),
      }))
      .sort((a, b) => a.scope.localeCompare(b.scope));
  }

  async function grant(manifests: Manifest[]): Promise<void> {
    const ofRights = manifests.filter(({ kind }) => OF_RIGHTS.includes(kind));
    clusterWide.push(
      ...ofRights.filter(({ kind }) => kind.startsWith('Cluster')),
    );
    await apply(...ofRights.map(inPortal));
  }

  /** What the API server says that the account may do in a namespace, without what everyone may. */
  async function rightsIn(namespace: string): Promise<string[]> {
    const answer = await cluster.kubectl(
      [
        ...['create', '--validate=false', '-f', '-', '-o', 'json'],
        `--as=system:serviceaccount:${portal}:arena-portal`,
      ],
      {
        input: JSON.stringify({
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectRulesReview',
          spec: { namespace },
        }),
      },
    );
    const rules: PolicyRule[] = JSON.parse(answer).status.resourceRules;
    return eachRight(rules).filter(right => !/ selfsubject[a-z]+$/.test(right));
  }

  /** The authorizer learns of a role some moments after it is written. */
  async function rightsOnceGranted(namespace: string): Promise<string[]> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const rights = await rightsIn(namespace);
      if (rights.length > 0 || Date.now() > deadline) {
        return rights;
      }
    }
  }

  /** One line for each of the manifests that the API server would take. */
  async function dryRun(manifests: Manifest[]): Promise<string[]> {
    const told = await cluster.kubectl(
      [
        ...['apply', '--server-side', '--dry-run=server'],
        ...['--validate=strict', '-f', '-'],
      ],
      {
        input: JSON.stringify({
          apiVersion: 'v1',
          kind: 'List',
          items: manifests.map(inPortal),
        }),
      },
    );
    return told.trim().split('\n');
  }

  it('say the same, cluster-wide', async () => {
    const manifests = await byKustomize('cluster-wide');
    const expected = [
      { scope: '(cluster)', rules: listedRights('served') },
      { scope: portal, rules: listedRights('home') },
    ];
    expect(rulesByScope(manifests)).toEqual(expected);
    expect(rulesByScope(await byHelm())).toEqual(expected);
  });

  it('say the same, in one namespace', async () => {
    const manifests = await byKustomize('namespaced');
    const expected = [
      { scope: jobs, rules: listedRights('served') },
      { scope: portal, rules: listedRights('home') },
    ].sort((a, b) => a.scope.localeCompare(b.scope));
    expect(rulesByScope(manifests)).toEqual(expected);
    expect(rulesByScope(await byHelm(`namespaces={${jobs}}`))).toEqual(
      expected,
    );
  });

  it('give a portal elsewhere an account with a token that has the same rights', async () => {
    const manifests = await byKustomize('outside');
    expect(rulesByScope(manifests)).toEqual([
      { scope: '(cluster)', rules: listedRights('served') },
      { scope: portal, rules: listedRights('home') },
    ]);
    await grant(manifests.filter(({ kind }) => kind !== 'ClusterRoleBinding'));
    await apply(manifests.find(({ kind }) => kind === 'Secret')!);
    // Filled in by a controller.
    const token = await cluster.kubectl([
      ...['wait', 'secret/arena-portal-token', '-n', portal],
      ...['--for=jsonpath={.data.token}', '--timeout=20s'],
    ]);
    expect(token).toContain('condition met');
  });

  it('start the portal in the same way', async () => {
    const podOf = (manifests: Manifest[]) => {
      const { spec } = manifests.find(({ kind }) => kind === 'Deployment')!;
      const text = JSON.stringify(spec)
        // The names of a release are its own.
        .replaceAll(/"arena-portal-config-[a-z0-9]+"/g, '"CONFIG"')
        .replaceAll('"name":"arena"', '"name":"CONFIG"');
      return JSON.parse(text).template.spec;
    };
    const { containers, ...pod } = podOf(await byKustomize('cluster-wide'));
    const { imagePullPolicy, ...container } = podOf(await byHelm())
      .containers[0];
    expect(imagePullPolicy).toBe('IfNotPresent');
    expect([container]).toEqual(containers);
    expect(podOf(await byHelm())).toMatchObject(pod);
  });

  it('restart the pods of a release whenever their configuration changes', async () => {
    const checksumOf = async (...set: string[]) => {
      const manifests = await byHelm(...set);
      const { spec } = manifests.find(({ kind }) => kind === 'Deployment')!;
      return JSON.stringify(spec).match(/"checksum\/config":"([0-9a-f]+)"/)![1];
    };
    const before = await checksumOf();
    expect(await checksumOf()).toBe(before);
    for (const change of [
      'portalUrl=https://other.example.com',
      'worker.settings.kueueQueue=arena',
    ]) {
      expect(await checksumOf(change)).not.toBe(before);
    }
  });

  it.each([
    ['worker.settings.backendUrl=http://x', 'set worker.backendUrl'],
    ['worker.settings.resources.limits.cpu=1', 'set worker.resources'],
  ])('refuse %s, which would count for nothing', async (setting, message) => {
    const [key] = /^\w+\.settings\.\w+/.exec(setting)!;
    await expect(byHelm(setting)).rejects.toThrow(
      `${key} is not allowed: ${message}`,
    );
  });

  it.each(['cluster-wide', 'namespaced'])(
    'are what the API server accepts: %s',
    async overlay => {
      for (const manifests of [
        await byKustomize(overlay),
        await byHelm(
          ...(overlay === 'namespaced' ? [`namespaces={${jobs}}`] : []),
          'networkPolicy.enabled=true',
          `networkPolicy.namespaces={${other}}`,
        ),
      ]) {
        expect(await dryRun(manifests)).toHaveLength(manifests.length);
      }
    },
  );

  describe('with the validating webhook', () => {
    const WITH_WEBHOOK = [
      'webhook.enabled=true',
      'webhook.tlsSecret=arena-webhook-tls',
      'webhook.caBundle=QUJD',
    ];

    /** An overlay that lists the component. */
    async function withComponent(): Promise<Manifest[]> {
      const overlay = join(folder, 'overlays/with-webhook');
      await mkdir(overlay, { recursive: true });
      await writeFile(
        join(overlay, 'kustomization.yaml'),
        `namespace: ${portal}
resources: [../cluster-wide]
components: [../../webhook]
`,
      );
      return byKustomize('with-webhook');
    }

    function webhookOf(manifests: Manifest[]) {
      const [webhook] = manifests.find(
        ({ kind }) => kind === 'ValidatingWebhookConfiguration',
      )!.webhooks!;
      return webhook;
    }

    it('say the same', async () => {
      const installed = await withComponent();
      const chart = await byHelm(...WITH_WEBHOOK);
      const webhook = webhookOf(installed);
      expect(webhook).toMatchObject({
        failurePolicy: 'Ignore',
        clientConfig: {
          service: { name: 'arena-webhook', namespace: portal },
        },
      });
      expect(webhookOf(chart)).toEqual({
        ...webhook,
        clientConfig: { ...webhook.clientConfig, caBundle: 'QUJD' },
      });
      for (const manifests of [installed, chart]) {
        const { spec } = manifests.find(({ kind }) => kind === 'Deployment')!;
        const text = JSON.stringify(spec);
        expect(text).toContain('"containerPort":7009');
        expect(text).toContain('"secretName":"arena-webhook-tls"');
        expect(JSON.stringify(manifests)).toContain(
          '/etc/arena-webhook-tls/tls.crt',
        );
      }
    });

    it('ask about what the portal serves alone, by the patch that the documentation has', async () => {
      const docs = await readFile(
        resolve(deploy, '../docs/kubernetes.md'),
        'utf8',
      );
      const [, patch] = /```yaml\n(components:\n[^]*?)```/.exec(docs)!;
      const overlay = join(folder, 'overlays/with-patch');
      await mkdir(overlay, { recursive: true });
      await writeFile(
        join(overlay, 'kustomization.yaml'),
        `namespace: ${portal}\nresources: [../cluster-wide]\n${patch.replace(
          'LS0t...',
          'QUJD',
        )}`,
      );
      const patched = await byKustomize('with-patch');
      const { metadata } = patched.find(
        ({ kind }) => kind === 'ValidatingWebhookConfiguration',
      )!;
      expect(metadata.name).toBe('arena-portal-arena');
      const chart = await byHelm(
        ...WITH_WEBHOOK,
        'namespaces={arena-jobs}',
        'cluster.controllerClass=mine',
      );
      expect(webhookOf(patched)).toEqual(webhookOf(chart));
    });

    it('ask about what the chart serves alone', async () => {
      const manifests = await byHelm(
        ...WITH_WEBHOOK,
        `namespaces={${jobs}}`,
        'cluster.controllerClass=mine',
      );
      expect(webhookOf(manifests)).toMatchObject({
        namespaceSelector: {
          matchExpressions: [
            {
              key: 'kubernetes.io/metadata.name',
              operator: 'In',
              values: [jobs],
            },
          ],
        },
        objectSelector: {
          matchLabels: { 'arena.backstage.io/controller-class': 'mine' },
        },
      });
    });

    it('are what the API server accepts', async () => {
      for (const manifests of [
        await withComponent(),
        await byHelm(...WITH_WEBHOOK),
      ]) {
        expect(await dryRun(manifests)).toHaveLength(manifests.length);
      }
    });

    it.each([
      [['webhook.enabled=true'], 'webhook.tlsSecret is required'],
      [WITH_WEBHOOK.slice(0, 2), 'webhook.caBundle is required'],
    ])('refuse %j', async (set, message) => {
      await expect(byHelm(...set)).rejects.toThrow(message);
    });
  });

  it('grant in the served namespace what is listed, and nothing elsewhere', async () => {
    await grant(await byKustomize('namespaced'));
    expect(await rightsOnceGranted(jobs)).toEqual(listedRights('served'));
    expect(await rightsOnceGranted(portal)).toEqual(listedRights('home'));
    expect(await rightsIn(other)).toEqual([]);
  });

  it('grant in every namespace what is listed, when they are cluster-wide', async () => {
    await grant(await byKustomize('cluster-wide'));
    expect(await rightsOnceGranted(other)).toEqual(listedRights('served'));
    expect(await rightsIn(portal)).toEqual(listedRights('served', 'home'));
  });
});
