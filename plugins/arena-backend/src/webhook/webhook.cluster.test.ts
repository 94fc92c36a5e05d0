import { freePort } from '@backstage-arena/arena-devcluster';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { writeSlowBundle } from '../__testUtils__/slowBundle';
import { waitUntil } from '../kubernetes/__testUtils__/waitUntil';
import { useClusterPortal } from '../kubernetes/jobs/__testUtils__/useClusterPortal';
import { writeCertificate } from '../listener/__testUtils__/writeCertificate';
import { WEBHOOK_PATH } from './startWebhook';

jest.setTimeout(120_000);

const MANIFEST = resolve(
  __dirname,
  '../../../../deploy/kustomize/webhook/webhook.yaml',
);
const NEVER = '0 0 30 2 *';

describe('the validating webhook', () => {
  let port: number;
  let tls: { certFile: string; keyFile: string };
  const portal = useClusterPortal({
    prefix: 'webhook',
    arena: ({ hostAddress: host }) => ({ webhook: { host, port, tls } }),
    async bundles(folder, { hostAddress }) {
      port = await freePort();
      const directory = join(folder, '../tls');
      mkdirSync(directory);
      tls = {
        certFile: join(directory, 'tls.crt'),
        keyFile: join(directory, 'tls.key'),
      };
      writeCertificate(tls, [hostAddress]);
      writeSlowBundle(join(folder, 'slow'), { url: 'http://127.0.0.1:1' });
    },
  });
  const { cluster, waitForJob } = portal;

  /** What an installer has, but called at the address of this machine, and for the namespace of this test. */
  async function install(options: { port: number }): Promise<void> {
    const configuration = parse(readFileSync(MANIFEST, 'utf8'));
    const { namespace, hostAddress } = portal;
    const [webhook] = configuration.webhooks;
    configuration.metadata.name = namespace;
    webhook.clientConfig = {
      url: `https://${hostAddress}:${options.port}${WEBHOOK_PATH}`,
      caBundle: readFileSync(tls.certFile, 'base64'),
    };
    webhook.namespaceSelector = {
      matchLabels: { 'kubernetes.io/metadata.name': namespace },
    };
    await portal.apply(configuration);
  }

  function apply(
    name: string,
    spec: object,
    options: { kind?: string; labels?: object; args?: string[] } = {},
  ): Promise<string> {
    const { kind = 'ArenaJob', labels, args = [] } = options;
    return cluster.kubectl(
      ['apply', '-f', '-', '-n', portal.namespace, ...args],
      {
        input: JSON.stringify({
          apiVersion: 'omnia.altairalabs.ai/v1alpha1',
          kind,
          metadata: { name, labels },
          spec: { sourceRef: { name: 'slow' }, ...spec },
        }),
      },
    );
  }

  /** The API server learns of a change of its webhooks some moments after it is written. */
  function once(what: string, isRefused: boolean): Promise<void> {
    return waitUntil(what, async () => {
      const [tried] = await Promise.allSettled([
        apply(
          'probe',
          { schedule: { cron: NEVER } },
          { args: ['--dry-run=server'] },
        ),
      ]);
      return (tried.status === 'rejected') === isRefused;
    });
  }

  beforeAll(async () => {
    portal.cleanups.push(() =>
      cluster.kubectl([
        ...['delete', 'validatingwebhookconfiguration', portal.namespace],
        '--ignore-not-found',
      ]),
    );
    await install({ port });
    await once('the webhook', true);
  });

  it('refuses what never can run, naming its field, and nothing else', async () => {
    await expect(apply('never', { schedule: { cron: NEVER } })).rejects.toThrow(
      'The request is invalid: spec.schedule.cron: Invalid value: "0 0 30 2 *": never fires: there is no such date',
    );
    await expect(
      apply('zone', { schedule: { cron: '0 2 * * *', timezone: 'Mars/Base' } }),
    ).rejects.toThrow('spec.schedule.timezone: Invalid value: "Mars/Base"');
    await expect(
      apply(
        'globs',
        { scenarios: { include: ['[a'] } },
        { kind: 'ArenaConfig' },
      ),
    ).rejects.toThrow('spec.scenarios.include[0]: Invalid value: "[a"');
    expect(await apply('nightly', { schedule: { cron: '0 2 * * *' } })).toBe(
      'arenajob.omnia.altairalabs.ai/nightly created\n',
    );
  });

  it('leaves to the portal what was taken while it was away', async () => {
    await install({ port: await freePort() });
    await once('its absence', false);
    await apply('taken', { schedule: { cron: NEVER } });
    await apply(
      'config',
      { scenarios: { include: ['[a'] } },
      { kind: 'ArenaConfig' },
    );
    const job = await waitForJob('taken', ({ status }) =>
      Boolean(
        status?.conditions?.some(({ reason }) => reason === 'InvalidSpec'),
      ),
    );
    expect(job.status?.phase).toBe('Pending');
    expect(
      job.status?.conditions?.find(({ type }) => type === 'Ready'),
    ).toMatchObject({
      status: 'False',
      reason: 'InvalidSpec',
      message: expect.stringMatching(
        /^spec\.schedule\.cron: Invalid value: "0 0 30 2 \*": /,
      ),
    });
    await cluster.kubectl([
      ...['wait', 'acfg/config', '--for=jsonpath={.status.phase}=Invalid'],
      ...['--timeout=20s', '-n', portal.namespace],
    ]);

    await install({ port });
    await once('the webhook again', true);
    const spec = { schedule: { cron: NEVER } };
    // What it finds is not held against who changes something else.
    await apply('taken', spec, { labels: { team: 'a' } });
    await expect(
      apply('taken', { schedule: { cron: '0 0 31 2 *' } }),
    ).rejects.toThrow('spec.schedule.cron');
    await apply('taken', { schedule: { cron: '0 0 28 2 *' } });
    await waitForJob(
      'taken',
      ({ status }) =>
        !status?.conditions?.some(({ reason }) => reason === 'InvalidSpec'),
    );
  });
});
