import { heartbeatResponseSchema } from '@backstage-arena/plugin-arena-common';
import { noCounts } from '@backstage-arena/plugin-arena-common/load';
import { IRoute } from 'express';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { databases } from '../__testUtils__/databases';
import {
  testPins,
  testReport,
  testRun,
  testTranscript,
} from '../__testUtils__/runs';
import {
  errorOf,
  RUN,
  startWorkerRouter,
} from './__testUtils__/startWorkerRouter';

jest.setTimeout(120_000);

const OTHER = 'job-uid-2';
const PROTOCOL = resolve(__dirname, '../../../../docs/worker-protocol.md');

type Bed = Awaited<ReturnType<typeof startWorkerRouter>>;
type Key = Awaited<ReturnType<Bed['granted']>>;

interface Layer {
  route?: IRoute & { methods: Record<string, boolean> };
}

interface RouteRule {
  /** How the token of a run that is over is answered. */
  over: { status: number; body: object };
  /** A request as the holder of a lease would send it. */
  body?(key: Key): object;
}

const refusedWith = (status: 401 | 409) => ({
  status,
  body: {
    error: expect.objectContaining({ message: expect.stringMatching(/over/) }),
  },
});
const told = (body: object) => ({ status: 200, body });

const worker = { workerId: 'w1', instance: 'i1' };

/** Every call of the worker protocol. One that is not here fails the test, and so does one that is gone. */
const RULES: Record<string, RouteRule> = {
  'POST /register': {
    over: refusedWith(401),
    body: () => ({
      protocolVersion: 1,
      workerId: 'w1',
      engineVersion: '1',
      host: 'h',
    }),
  },
  'GET /bundle': { over: refusedWith(401) },
  'POST /lease': {
    over: told({ state: 'closed' }),
    body: () => ({ workerId: 'w1', capacity: 1 }),
  },
  'POST /heartbeat': {
    over: told({ command: 'cancel' }),
    body: key => ({
      workerId: 'w1',
      leases: [{ leaseId: key.leaseId, fence: key.fence, started: [0, 1] }],
    }),
  },
  'POST /report': {
    over: refusedWith(409),
    body: key => ({ ...key, results: [testReport(0)] }),
  },
  'POST /release': {
    over: refusedWith(409),
    body: key => ({ ...key, started: [0] }),
  },
  'GET /results': { over: refusedWith(401) },
  'GET /transcripts': { over: refusedWith(401) },
  'PUT /reports/NAME': { over: refusedWith(401), body: () => ({}) },
  'POST /load/lease': {
    over: told({ state: 'over' }),
    body: () => ({
      ...worker,
      received: 0,
      outstanding: 0,
      recordedUntil: 0,
    }),
  },
  'POST /load/report': {
    over: refusedWith(409),
    body: () => ({ ...worker, batches: [] }),
  },
  'GET /load/report': { over: refusedWith(401) },
  'GET /load/series': { over: refusedWith(401) },
  'GET /load/batches': { over: refusedWith(401) },
  'POST /budget': {
    over: refusedWith(409),
    body: () => ({ ...worker, granted: 0, spent: 0, wanted: 0 }),
  },
  'GET /dataset': { over: refusedWith(401) },
  'GET /dataset/rows': { over: refusedWith(401) },
};

const names = Object.keys(RULES).sort();

/** Sends a call of the table. */
function call(bed: Bed, name: string, key: Key, token?: string) {
  const [method, path] = name.split(' ');
  const body = RULES[name].body?.(key);
  return bed.send(method, path.replace('NAME', 'stolen.json'), {
    token,
    body: body && JSON.stringify(body),
  });
}

/** Everything that is stored of a run. */
async function storedOf({ knex }: Bed, runId: string) {
  const run = await knex('runs').where({ run_id: runId }).first();
  const tables = [
    'run_leases',
    'run_items',
    'run_workers',
    'run_pending',
    'run_reports',
    'run_transcripts',
    'run_cells',
  ];
  const rows = await Promise.all(
    tables.map(table => knex(table).where({ run_seq: run.seq })),
  );
  return { run, rows };
}

describe.each(databases.eachSupportedId())('hostile workers on %s', id => {
  /** A run whose worker holds a lease and has reported, and the token of another run. */
  async function setup() {
    const bed = await startWorkerRouter(id);
    await bed.register();
    const key = await bed.granted(10);
    await bed.report(key, [testReport(0, { message: 'mine' })]);
    await bed.store.create(testRun({ id: OTHER, pins: testPins() }));
    const other = await bed.store.issueToken(OTHER);
    return { bed, key, other };
  }

  it('face a table that has every call of the router and of its description', async () => {
    const { bed } = await setup();
    const routes = (bed.router.stack as Layer[]).flatMap(({ route }) =>
      route
        ? Object.keys(route.methods).map(
            method =>
              `${method.toUpperCase()} ${route.path.replace(':name', 'NAME')}`,
          )
        : [],
    );
    expect(routes.sort()).toEqual(names);
    const text = readFileSync(PROTOCOL, 'utf8');
    const described = [
      ...text.matchAll(/^\| `((?:GET|POST|PUT) [^`?]+)(?:\?[^`]*)?`/gm),
    ].map(([, name]) => name);
    expect(described.sort()).toEqual(names);
  });

  it('are let in nowhere without the token of a run', async () => {
    const { bed, key } = await setup();
    await bed.store.create(
      testRun({ id: 'gone', jobUid: 'gone', pins: testPins() }),
    );
    const gone = await bed.store.issueToken('gone');
    await bed.store.delete('gone');
    const before = await storedOf(bed, RUN);
    const jwt = `e30.${Buffer.from('{"sub":"user:default/jo"}').toString(
      'base64url',
    )}.x`;
    for (const token of ['', 'x', jwt, `${bed.token}x`, gone]) {
      for (const name of names) {
        const response = await call(bed, name, key, token);
        expect([name, token, await errorOf(response)]).toEqual([
          name,
          token,
          expect.stringMatching(/^401 AuthenticationError: /),
        ]);
      }
    }
    expect(await storedOf(bed, RUN)).toEqual(before);
  });

  it('learn with the token of a run that is over that it is over, and nothing else', async () => {
    const { bed, key } = await setup();
    await bed.store.close(RUN, { outcome: 'Cancelled', finalize: false });
    const before = await storedOf(bed, RUN);
    for (const name of names) {
      const { status, body } = RULES[name].over;
      const response = await call(bed, name, key);
      expect([name, response.status, await response.json()]).toEqual([
        name,
        status,
        expect.objectContaining(body),
      ]);
    }
    expect(await storedOf(bed, RUN)).toEqual(before);
  });

  it('reach nothing of another run, whatever they know of it', async () => {
    const { bed, key, other } = await setup();
    // Under the same name, so that only the token tells them apart.
    await bed.send('POST', '/register', {
      token: other,
      body: JSON.stringify(RULES['POST /register'].body!(key)),
    });
    const before = await storedOf(bed, RUN);
    for (const name of names) {
      const response = await call(bed, name, key, other);
      const text = await response.text();
      expect([name, response.status < 500]).toEqual([name, true]);
      expect([name, text.includes('mine'), text.includes(RUN)]).toEqual([
        name,
        false,
        false,
      ]);
    }
    const beat = await call(bed, 'POST /heartbeat', key, other);
    expect(heartbeatResponseSchema.parse(await beat.json()).leases).toEqual([
      { leaseId: key.leaseId, lost: true },
    ]);
    for (const name of ['POST /report', 'POST /release']) {
      const refused = await call(bed, name, key, other);
      expect(await errorOf(refused)).toMatch(/^409 ConflictError: Lease/);
    }
    expect(await storedOf(bed, RUN)).toEqual(before);
  });

  it('publish no file of another run by its digest', async () => {
    const { bed, other } = await setup();
    const upload = await bed.send('PUT', '/reports/secret.json', {
      body: '{"of":"the other"}',
    });
    const file = await upload.json();
    await bed.store.close(OTHER, { outcome: 'Cancelled', finalize: true });
    await bed.queue.register(OTHER, {
      protocolVersion: 1,
      workerId: 'thief',
      engineVersion: '1',
      host: 'h',
    });
    const lease = await bed.queue.lease(OTHER, {
      workerId: 'thief',
      capacity: 1,
    });
    if (lease.state !== 'finalize') throw new Error(`It is ${lease.state}`);
    const release = await bed.send('POST', '/release', {
      token: other,
      body: JSON.stringify({
        workerId: 'thief',
        leaseId: lease.leaseId,
        fence: lease.fence,
        started: [],
        finalize: { ok: true, files: [file] },
      }),
    });
    expect(await errorOf(release)).toMatch(
      /^400 InputError: finalize\.files: 'secret\.json' .* was not uploaded/,
    );
    expect(await bed.store.get(OTHER)).toMatchObject({
      state: 'Finalizing',
      reports: [],
    });
  });

  it('report nothing that they have not leased, and nothing twice', async () => {
    const { bed, key } = await setup();
    const before = await storedOf(bed, RUN);
    const again = await bed.report(key, [
      testReport(0, { status: 'failed', message: 'forged', cost: 99 }),
    ]);
    expect(again).toMatchObject({
      accepted: 0,
      refused: [{ index: 0, reason: 'counted before' }],
    });
    const beyond = await bed.report(key, [testReport(900)]);
    expect(beyond).toMatchObject({
      accepted: 0,
      refused: [
        { index: 900, reason: expect.stringContaining('not under this lease') },
      ],
    });
    const other = await bed.report(key, [testReport(1, { attempt: 1e9 })]);
    expect(other).toMatchObject({
      accepted: 0,
      refused: [{ index: 1, reason: expect.stringContaining('attempt 1 is') }],
    });
    const outside = await bed.send('POST', '/report', {
      body: JSON.stringify({ ...key, results: [testReport(1_200)] }),
    });
    expect(await errorOf(outside)).toMatch(
      /^400 InputError: results: item 1200 is not in the plan; allowed are 0 to 1199/,
    );
    const after = await storedOf(bed, RUN);
    // The lease lasts longer; that its holder was heard of is true.
    const [, ...others] = after.rows;
    expect(others).toEqual(before.rows.slice(1));
    expect(after.run).toEqual(before.run);
    expect(await bed.store.item(RUN, 0)).toMatchObject({
      status: 'passed',
      message: 'mine',
    });
  });

  it('send no sizes, numbers and names that cannot be', async () => {
    const { bed, key } = await setup();
    const before = await storedOf(bed, RUN);
    const result = (values: object) =>
      JSON.stringify({ ...key, results: [{ ...testReport(1), ...values }] });
    const text = (json: string) =>
      result({ cost: 'PLACE' }).replace('"PLACE"', json);
    const registration = (values: object) =>
      JSON.stringify({ ...RULES['POST /register'].body!(key), ...values });
    const batch = (values: object) =>
      JSON.stringify({
        ...worker,
        batches: [
          {
            worker: {
              workerId: 'w1',
              second: 0,
              elapsedMs: 1,
              eventLoopDelay: { p50: 0, p99: 0, max: 0 },
              cpuMs: 0,
              spinMs: 0,
              inFlight: 0,
              connectionsOpened: 0,
              connectionsReused: 0,
              rssBytes: 0,
            },
            records: [
              {
                second: 0,
                stage: 0,
                providers: {},
                scenarios: { 'scenario-0': { ...noCounts(), ...values } },
                dropped: {},
              },
            ],
          },
        ],
      });
    const cases: Array<[string, string, RegExp]> = [
      ['/report', result({ cost: 'NaN' }), /400 .*results\[0\]\.cost/],
      ['/report', text('NaN'), /400 .*not JSON/],
      ['/report', text('1e999'), /400 .*results\[0\]\.cost/],
      ['/report', text('1e300'), /400 .*cost is 1e\+300; at most/],
      ['/report', result({ durationMs: -1 }), /400 .*durationMs/],
      ['/report', result({ turns: 1e10 }), /400 .*turns is 10000000000/],
      ['/report', result({ turns: 1.5 }), /400 .*turns/],
      ['/report', result({ index: -1 }), /400 .*results\[0\]\.index/],
      ['/report', result({ index: 1e9 }), /400 .*item 1000000000 is not in/],
      ['/report', result({ startedAt: 'now' }), /400 .*startedAt/],
      ['/report', result({ score: 2 }), /400 .*score/],
      ['/report', result({ status: 'PASSED' }), /400 .*status/],
      ['/report', text(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), /400 /],
      ['/lease', '{"workerId":"w1","capacity":1e9}', /400 .*capacity/],
      ['/lease', '{"workerId":"w1","capacity":"1"}', /400 .*capacity/],
      [
        '/heartbeat',
        JSON.stringify({
          workerId: 'w1',
          leases: [{ ...key, started: Array(10_001).fill(0) }],
        }),
        /400 .*started/,
      ],
      ['/lease', ' '.repeat(1024 * 1024 + 1), /413 /],
      ['/budget', ' '.repeat(64 * 1024 + 1), /413 /],
      [
        '/register',
        registration({ workerId: 'w\nERROR forged' }),
        /400 .*workerId: control/,
      ],
      [
        '/register',
        registration({ workerId: 'w\0' }),
        /400 .*workerId: control/,
      ],
      ['/register', registration({ host: 'h\r\nx' }), /400 .*host: control/],
      [
        '/register',
        registration({ engineVersion: 'v'.repeat(129) }),
        /400 .*engineVersion/,
      ],
      ['/lease', '{"workerId":"w\\u0000","capacity":1}', /400 .*workerId/],
      [
        '/report',
        JSON.stringify({ ...key, leaseId: 'a\0', results: [] }),
        /400 .*leaseId/,
      ],
      ['/load/report', batch({ sent: -1 }), /400 .*sent/],
      ['/load/report', batch({ failed: { constructor: 1 } }), /400 .*failed/],
    ];
    for (const [path, body, message] of cases) {
      const response = await bed.send('POST', path, { body });
      expect([path, body.slice(-90), await errorOf(response)]).toEqual([
        path,
        body.slice(-90),
        expect.stringMatching(message),
      ]);
    }
    for (const name of [
      'a%0d%0aSet-Cookie:%20x',
      '..%5c..%5cx',
      '%2e%2e',
      'a%22b',
    ]) {
      const response = await bed.send('PUT', `/reports/${name}`, { body: 'x' });
      expect([name, [400, 404].includes(response.status)]).toEqual([
        name,
        true,
      ]);
    }
    const after = await storedOf(bed, RUN);
    expect(after.rows.slice(1)).toEqual(before.rows.slice(1));
    expect(after.run).toEqual(before.run);
  });

  it('cannot break the reading of transcripts by what they nest', async () => {
    const { bed, key } = await setup();
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const answer = await bed.report(key, [
      testReport(1, { transcript: deep }),
      testReport(2, { transcript: '{"__proto__":{"polluted":1}}' }),
      testReport(3, { transcript: testTranscript('fine') }),
    ]);
    expect(answer.accepted).toBe(3);
    expect(await bed.transcripts.read(RUN, 3)).toContain('fine');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    const said = await bed.send('GET', '/transcripts');
    expect((await said.text()).trimEnd().split('\n')).toHaveLength(3);
  });
});
