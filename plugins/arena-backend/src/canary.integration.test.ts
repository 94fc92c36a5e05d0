import {
  coreServices,
  createServiceFactory,
  RootLoggerService,
} from '@backstage/backend-plugin-api';
import { notificationService } from '@backstage/plugin-notifications-node';
import { MockLlm, startMockLlm } from '@backstage-arena/arena-devcluster';
import knexFactory from 'knex';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { finished, startPortal, TestPortal } from './__testUtils__/startPortal';

jest.setTimeout(180_000);

const HEAD = 'cn7f3a9c51d2';
const TAIL = 'e84b06zz41qx';
/** A key with everything that JSON, addresses, Base64, HTML and shells write in another way. */
const CANARY = `${HEAD}"q"\\b/+?'s &<x>=$(id)%41~ü!${TAIL}`;

const json = (text: string) => JSON.stringify(text).slice(1, -1);
const base64 = (text: string, encoding: 'base64' | 'base64url' = 'base64') =>
  Buffer.from(text).toString(encoding);

/** How a server may repeat what it was sent. */
const ECHOES: Array<[string, (text: string) => string]> = [
  ['plain', text => text],
  ['JSON', json],
  ['JSON within JSON', text => json(json(text))],
  ['an address', encodeURIComponent],
  ['a form', text => new URLSearchParams({ a: text }).toString()],
  ['Base64', text => base64(text)],
  ['Base64 of addresses', text => base64(text, 'base64url')],
  ['Base64 in an address', text => encodeURIComponent(base64(text))],
  ['Base64 of a pair', text => base64(`jo:${text}`)],
  [
    'HTML',
    text => text.replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`),
  ],
  ['a shell', text => `'${text.replaceAll("'", "'\\''")}'`],
];

/**
 * What must be nowhere. Whatever is done with the marks in it, the key keeps its ends in all forms but those of Base64, where what holds
 * nothing of the neighbours stays for each of the three places at which it may begin.
 */
const TRACES = [
  HEAD,
  TAIL,
  ...['', 'x', 'xx'].flatMap(before => {
    const whole = base64(`${before}${CANARY}`);
    return [whole.slice(4, 24), whole.slice(-28, -4)];
  }),
];

function tracesIn(text: string): string[] {
  return TRACES.filter(trace => text.includes(trace));
}

/** So that a failure tells which form was not found. */
function around(text: string, trace: string): string {
  const at = text.indexOf(trace);
  return text.slice(Math.max(0, at - 40), at + 60);
}

/** A model's server that repeats its key, and refuses with it what says so. */
function startEcho(seen: string[]): Promise<MockLlm> {
  return startMockLlm({
    reply: ({ headers, messages }) => {
      seen.push(String(headers.authorization));
      const sent = String(headers.authorization).replace(/^Bearer /, '');
      const all = ECHOES.map(([name, write]) => `${name}: ${write(sent)}`);
      return JSON.stringify(messages).includes('refuse')
        ? {
            status: 400,
            message: `No ${all.join(' ')} ${headers.authorization}`,
          }
        : { text: `pong ${headers.authorization} ${all.join('\n')}` };
    },
  });
}

function writeBundle(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const write = (file: string, kind: string, name: string, spec: object) =>
    writeFileSync(
      join(folder, file),
      JSON.stringify({
        apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
        kind,
        metadata: { name },
        spec,
      }),
    );
  write('config.arena.yaml', 'Arena', 'canary', {
    prompt_configs: [{ id: 'p', file: 'prompt.yaml' }],
    providers: [{ file: 'model.yaml' }],
    scenarios: ['answer', 'refuse', 'fail'].map(name => ({
      file: `${name}.yaml`,
    })),
    defaults: { max_tokens: 10 },
  });
  write('prompt.yaml', 'PromptConfig', 'p', {
    task_type: 'ping',
    version: 'v1.0.0',
    description: 'ping',
    system_template: 'Answer.',
  });
  write('model.yaml', 'Provider', 'model', { type: 'mock', model: 'none' });
  for (const name of ['answer', 'refuse', 'fail']) {
    write(`${name}.yaml`, 'Scenario', name, {
      task_type: 'ping',
      description: name,
      turns: [
        {
          role: 'user',
          content: name,
          assertions: [
            {
              type: 'content_includes',
              params: { patterns: [name === 'fail' ? 'absent' : 'pong'] },
            },
          ],
        },
      ],
    });
  }
}

const REPORTS = [
  'results.json',
  'junit.xml',
  'results.csv',
  'results.jsonl',
  'results.html',
  'results.md',
];

describe('a secret that a model repeats in every form', () => {
  const seen: string[] = [];
  const log: string[] = [];
  const told: string[] = [];
  const hooked: string[] = [];
  let folder: string;
  let model: MockLlm;
  let hook: Server;
  let portal: TestPortal;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-canary-'));
    model = await startEcho(seen);
    writeBundle(join(folder, 'bundles/echo'));
    hook = createServer((request, response) => {
      request.on('data', chunk => hooked.push(String(chunk)));
      request.on('end', () => response.end());
    });
    await new Promise<void>(done => hook.listen(0, '127.0.0.1', done));
    const { port } = hook.address() as AddressInfo;
    portal = await startPortal(folder, {
      workspaceRoot: join(folder, 'bundles'),
      arena: {
        secrets: { default: { model: { key: CANARY } } },
        // Times of jobs are whole seconds: a run may have lasted none.
        notifications: { longRun: '0s', digest: '0s' },
        webhooks: [
          {
            name: 'hook',
            url: `http://127.0.0.1:${port}/`,
            secret: 'a secret of the webhook',
          },
        ],
      },
      features: [
        keepLog(log),
        createServiceFactory({
          service: notificationService,
          deps: {},
          factory: () => ({
            send: async message => {
              told.push(JSON.stringify(message));
            },
          }),
        }),
      ],
    });
  });

  afterAll(async () => {
    await portal?.stop();
    await model?.stop();
    await new Promise(done => hook?.close(done));
    rmSync(folder, { recursive: true, force: true });
  });

  async function create(kind: string, spec: object, metadata: object = {}) {
    const plural = `${kind.toLowerCase()}s`;
    await portal.call('POST', `${portal.objects}/${plural}`, {
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind,
      metadata: { name: 'echo', ...metadata },
      spec,
    });
  }

  /** Everything that the live stream says until it is closed. */
  function listen(topics: string[]) {
    const closed = new AbortController();
    const heard: string[] = [];
    const query = topics.map(topic => `topic=${topic}`).join('&');
    const end = fetch(`${portal.base}/stream?${query}`, {
      signal: closed.signal,
    })
      .then(async ({ body }) => {
        const decoder = new TextDecoder();
        for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
          heard.push(decoder.decode(chunk, { stream: true }));
        }
      })
      .catch(error => {
        if (!closed.signal.aborted) throw error;
      });
    return async () => {
      closed.abort();
      await end;
      return heard.join('');
    };
  }

  it('is in nothing that is stored, logged, shown, written or sent', async () => {
    await create('Provider', {
      type: 'openai',
      model: 'echo',
      baseURL: model.url,
      credential: { secretRef: { name: 'model', key: 'key' } },
    });
    await create('ArenaSource', {
      type: 'workspace',
      workspace: { path: 'echo' },
    });
    const stream = listen(['jobs', 'sources', 'job:embedded/default/echo']);
    await create('ArenaJob', {
      sourceRef: { name: 'echo' },
      providers: { default: [{ providerRef: { name: 'echo' } }] },
      verbose: true,
      evaluation: {
        outputFormats: [
          'json',
          'junit',
          'csv',
          'jsonl',
          'html',
          'markdown',
          'transcripts',
        ],
      },
      output: { type: 'pvc', pvc: { claimName: 'results' } },
    });
    const job = await portal.waitFor('arenajobs', 'echo', finished);
    const runId: string = job.status.run.id;
    const run = await portal.call('GET', `${portal.base}/runs/${runId}`);
    expect(run.counters).toMatchObject({ passed: 1, failed: 1, errored: 1 });
    const runStream = listen([`run:${runId}`]);
    // It did receive the key, whole.
    expect(seen).toContain(`Bearer ${CANARY}`);
    await until(() => told.length > 0 && hooked.length > 0);

    const written: Record<string, string> = {
      log: log.join('\n'),
      notifications: told.join('\n'),
      webhook: hooked.join('\n'),
    };
    const read = async (path: string) => {
      const response = await fetch(`${portal.base}/${path}`);
      const { status } = response;
      expect([path, status]).toEqual([path, 200]);
      written[path] = await response.text();
    };
    const objects = 'clusters/embedded/namespaces/default';
    for (const path of [
      `${objects}/arenajobs`,
      `${objects}/providers/echo`,
      `${objects}/providers/echo/events`,
      `${objects}/arenajobs/echo/events`,
      `${objects}/arenajobs/echo/runs`,
      `${objects}/arenajobs/echo/trend`,
      'clusters/embedded/jobs',
      'clusters',
      `runs/${runId}`,
      `runs/${runId}/items`,
      `runs/${runId}/matrix`,
      `runs/${runId}/statistics`,
      ...[0, 1, 2].flatMap(index => [
        `runs/${runId}/items/${index}`,
        `runs/${runId}/items/${index}/transcript`,
      ]),
      ...run.reports.map(
        ({ name }: { name: string }) => `runs/${runId}/reports/${name}`,
      ),
    ]) {
      await read(path);
    }
    written.stream = await stream();
    written['stream of the run'] = await runStream();
    Object.assign(written, await tables(), files(join(folder, 'data')));

    // What is looked at is really there, and has places where the key was.
    const places = Object.keys(written);
    for (const place of [
      'table runs',
      'table run_transcripts',
      ...REPORTS.map(name => `runs/${runId}/reports/${name}`),
      ...['transcripts.jsonl.gz', 'results.json'].map(
        name => `file outputs/default/results/default/echo/${runId}/${name}`,
      ),
    ]) {
      expect(places).toContain(place);
    }
    expect(written[`runs/${runId}/items/0/transcript`]).toContain(
      'pong Bearer [redacted]',
    );
    expect(written['table run_transcripts']).toContain('pong Bearer');
    expect(written.log).toContain('Registered');
    expect(written.log).toContain('[redacted]');
    expect(written.stream).toContain('"echo"');
    const leaks = Object.entries(written).flatMap(([where, text]) =>
      tracesIn(text).map(trace => `${where}: ${around(text, trace)}`),
    );
    expect(leaks).toEqual([]);
  });

  it('would be seen by this test', () => {
    for (const [, write] of ECHOES) {
      expect(tracesIn(`before ${write(CANARY)} after`)).not.toEqual([]);
    }
  });

  /** All rows of all tables, compressed columns unpacked. */
  async function tables(): Promise<Record<string, string>> {
    const knex = knexFactory({
      client: 'better-sqlite3',
      connection: join(folder, 'arena.sqlite'),
      useNullAsDefault: true,
    });
    try {
      const found: Array<{ name: string }> = await knex('sqlite_master')
        .where({ type: 'table' })
        .select('name');
      const entries = await Promise.all(
        found.map(async ({ name }) => {
          const rows: object[] = await knex(name);
          const values = rows.flatMap(row => Object.values(row));
          return [`table ${name}`, values.map(textOf).join('\n')] as const;
        }),
      );
      return Object.fromEntries(entries);
    } finally {
      await knex.destroy();
    }
  }
});

function textOf(value: unknown): string {
  if (!Buffer.isBuffer(value)) return String(value);
  return [value, ...unpacked(value)].map(each => each.toString()).join('\n');
}

function unpacked(content: Buffer): Buffer[] {
  const magic = content.subarray(0, 4).toString('hex');
  if (magic.startsWith('1f8b')) return [zlib.gunzipSync(content)];
  if (magic === '28b52ffd') return [zlib.zstdDecompressSync(content)];
  return [];
}

/** All files below a folder. */
function files(directory: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(directory, { recursive: true })) {
    const file = join(directory, String(name));
    if (statSync(file).isFile())
      found[`file ${name}`] = textOf(readFileSync(file));
  }
  return found;
}

function keepLog(lines: string[]) {
  const write = (...args: unknown[]) => {
    lines.push(JSON.stringify(args));
  };
  const logger: RootLoggerService = {
    error: write,
    warn: write,
    info: write,
    debug: write,
    child: () => logger,
  };
  return createServiceFactory({
    service: coreServices.rootLogger,
    deps: {},
    factory: () => logger,
  });
}

async function until(condition: () => boolean, ms = 30_000) {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > end) throw new Error('Waited in vain');
    await new Promise(done => setTimeout(done, 50));
  }
}
