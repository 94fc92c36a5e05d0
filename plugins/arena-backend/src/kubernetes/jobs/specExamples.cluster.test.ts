import {
  Agent,
  MockLlm,
  MockLlmRequest,
  startAgent,
  startMockLlm,
} from '@backstage-arena/arena-devcluster';
import { createBucket } from '@backstage-arena/arena-devcluster/s3';
import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { ALLOWED_NAMESPACES_ANNOTATION } from '../../planning/grants';
import { bucketSecret } from '../__testUtils__/bucketSecret';
import { createClaim } from '../__testUtils__/createClaim';
import {
  answerAsShop,
  replyAsShop,
  SHOP_SCENARIOS,
  writeShopBundle,
} from './__testUtils__/shopBundle';
import { useClusterPortal } from './__testUtils__/useClusterPortal';

jest.setTimeout(300_000);

// The examples of the published page lie beside a checkout of this repository, where they are at hand at all.
const FOLDER = resolve(__dirname, '../../../../../../shared/spec-examples');

const examples: ArenaJob[] = (existsSync(FOLDER) ? readdirSync(FOLDER) : [])
  .filter(name => /^(?!rejected-).*\.yaml$/.test(name))
  .map(name => parse(readFileSync(join(FOLDER, name), 'utf8')))
  .filter(
    ({ spec }) =>
      !spec.schedule && (spec.type ?? 'evaluation') === 'evaluation',
  );

/** Keys without which the models of the cluster say nothing, by model. */
const KEYS: Record<string, string> = {
  gpt: 'key-of-the-namespace',
  claude: 'key-of-the-namespace',
  gemini: 'key-of-the-namespace',
  lent: 'key-of-another-namespace',
};

const all = SHOP_SCENARIOS.length;

/** How many items those have that do not run every scenario on one system. */
const ITEMS: Record<string, number> = {
  'providers-judge': 2 * all,
  'providers-multiple': 3 * all,
  'providers-selfplay-mixed': 2 * all,
  'production-eval': 2 * all,
  'scenarios-filter': 1,
};

/** Those that ask for JUnit's form beside JSON. */
const WITH_JUNIT = ['evaluation-formats', 'parallel-eval'];

/** The vendors have the key in headers of different names. */
function isSignedIn({ model, headers }: MockLlmRequest): boolean {
  const key = KEYS[model];
  return (
    key === undefined ||
    Object.values(headers).some(value => `${value}`.endsWith(key))
  );
}

const describeExamples = examples.length > 0 ? describe : describe.skip;

describeExamples(
  'the evaluations of the published page (../shared/spec-examples), on pods',
  () => {
    let model: MockLlm;
    let agent: Agent;
    let orders: Server;
    let bucket: string;
    let volume: string;
    const lookedUp: Array<string | undefined> = [];

    const portal = useClusterPortal({
      prefix: 'examples',
      otherNamespaces: ['shared-providers'],
      arena: ({ hostAddress }) => ({
        discovery: { allowedHosts: [hostAddress] },
      }),
      worker: {
        resources: { requests: { cpu: '10m', memory: '32Mi' } },
      },
      async bundles(folder, { hostAddress: host }) {
        model = await startMockLlm({
          host,
          reply: request =>
            isSignedIn(request) ? replyAsShop(request) : { status: 401 },
        });
        agent = await startAgent({
          host,
          behaviour: ({ content, done }) => done(answerAsShop(content)),
        });
        orders = createServer(({ method, url }, response) => {
          // Others are from the portal, which looks whether somebody is there.
          if (method === 'POST') lookedUp.push(url);
          response.setHeader('content-type', 'application/json');
          response.end('{"state":"shipped"}');
        }).listen(0, host);
        await once(orders, 'listening');
        portal.cleanups.push(
          () => model.stop(),
          () => agent.stop(),
          () => orders.close(),
        );
        writeShopBundle(join(folder, 'shop'), model.url);
      },
    });

    beforeAll(async () => {
      const { namespace } = portal;
      // The server of the tests may have it from another run.
      bucket = `arena-results-${namespace}`;
      const client = await createBucket(
        { ...portal.s3, credentials: portal.s3 },
        bucket,
      );
      client.destroy();
      const claim = await createClaim(portal, {
        namespace,
        name: 'arena-results-pvc',
      });
      volume = claim.folder;
      portal.cleanups.push(claim.remove);
      await createProviders();
      const { port } = orders.address() as AddressInfo;
      const tool = (name: string) => ({
        name,
        type: 'http',
        tool: { name, description: name, inputSchema: { type: 'object' } },
        httpConfig: {
          endpoint: `${portal.cluster.hostUrl(port)}/${name}`,
          method: 'POST',
        },
      });
      for (const [registry, ...tools] of [
        ['production-tools', 'lookup_order', 'refund'],
        ['core-tools', 'lookup_order'],
        ['billing-tools', 'refund'],
      ]) {
        await portal.create('ToolRegistry', registry, {
          handlers: tools.map(tool),
        });
      }
      for (const name of ['my-support-agent', 'my-agent-v2']) {
        await portal.create('AgentRuntime', name, {
          facades: [{ type: 'websocket', expose: { url: agent.url } }],
        });
      }
      const sources = examples.map(({ spec }) => spec.sourceRef.name);
      for (const name of new Set(sources)) {
        await portal.create('ArenaSource', name, {
          type: 'workspace',
          workspace: { path: 'shop' },
        });
      }
      for (const { metadata, spec } of examples) {
        await portal.create('ArenaJob', metadata.name, adapt(spec));
      }
    });

    async function createProviders(): Promise<void> {
      const { namespace, otherNamespaces } = portal;
      const [shared] = otherNamespaces;
      const secret = (home: string, name: string, stringData: object) => ({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace: home },
        stringData,
      });
      await portal.apply(
        secret(namespace, 'models', { key: KEYS.gpt }),
        secret(shared, 'models', { key: KEYS.lent }),
        bucketSecret(portal.s3, { namespace, name: 's3-credentials' }),
      );
      const providers: Array<[string, object, object?]> = [
        ['gpt4-prod', { type: 'openai', model: 'gpt', baseURL: model.url }],
        [
          'claude-sonnet',
          { type: 'claude', model: 'claude', baseURL: model.url },
        ],
        [
          'claude-opus',
          { type: 'claude', model: 'claude', baseURL: model.url },
        ],
        [
          'gemini-pro',
          { type: 'gemini', model: 'gemini', baseURL: model.origin },
        ],
        [
          'shared-gpt4',
          { type: 'openai', model: 'lent', baseURL: model.url },
          {
            namespace: shared,
            annotations: { [ALLOWED_NAMESPACES_ANNOTATION]: namespace },
          },
        ],
      ];
      for (const [name, spec, metadata] of providers) {
        await portal.create(
          'Provider',
          name,
          {
            ...spec,
            credential: { secretRef: { name: 'models', key: 'key' } },
          },
          metadata,
        );
      }
    }

    /** The spec with what differs between the cluster of the page and this one. */
    function adapt(spec: ArenaJob['spec']): object {
      const adapted = JSON.parse(
        JSON.stringify(spec).replaceAll(
          '"shared-providers"',
          JSON.stringify(portal.otherNamespaces[0]),
        ),
      );
      const s3 = adapted.output?.s3;
      if (s3) {
        s3.bucket = bucket;
        s3.endpoint = portal.s3.podEndpoint;
        s3.region = portal.s3.region;
        s3.secretRef = { name: 's3-credentials' };
      }
      return adapted;
    }

    it.each(examples.map(({ metadata }) => metadata.name))(
      'run: %s',
      async name => {
        const job = await portal.finish(name, 200_000);
        const total = ITEMS[name] ?? all;
        expect(job.status).toMatchObject({
          phase: 'Succeeded',
          progress: { total, completed: total, failed: 0, pending: 0 },
        });
        const run = await portal.runOf(job);
        const reports = run.reports.map(report => report.name).sort();
        expect(reports).toEqual([
          ...(WITH_JUNIT.includes(name) ? ['junit.xml'] : []),
          'manifest.json',
          'results.json',
        ]);
      },
    );

    it('write into the claim where they are told to', () => {
      const folder = join(volume, 'evals', portal.namespace);
      const [job] = readdirSync(folder);
      const [run] = readdirSync(join(folder, job));
      expect(readdirSync(join(folder, job, run))).toContain('manifest.json');
    });

    it('use the tools of their registries', () => {
      expect(new Set(lookedUp)).toEqual(new Set(['/lookup_order']));
    });
  },
);
