import { heartbeatResponseSchema } from '@backstage-arena/plugin-arena-common';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync, zstdCompressSync } from 'node:zlib';
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

jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())('worker router on %p', id => {
  it('takes a worker from registration to the end of the run', async () => {
    const { register, lease, report, post, send, store, pins, token } =
      await startWorkerRouter(id);
    expect(await register()).toMatchObject({
      protocolVersion: 1,
      runId: RUN,
      pins,
      plan: { total: 1_200 },
      heartbeatIntervalMs: 2_000,
    });
    let answer = await lease(500);
    for (; answer.state === 'granted'; answer = await lease(500)) {
      const key = {
        workerId: 'w1',
        leaseId: answer.leaseId,
        fence: answer.fence,
      };
      expect(
        await post(
          '/heartbeat',
          {
            workerId: 'w1',
            leases: [{ ...key, started: [answer.ranges[0].from] }],
          },
          heartbeatResponseSchema.strict(),
        ),
      ).toEqual({
        leases: [{ leaseId: answer.leaseId, ttlMs: 10_000, lost: false }],
        command: 'continue',
      });
      const results = answer.ranges.flatMap(({ from, to }) =>
        Array.from({ length: to - from }, (_, offset) =>
          testReport(from + offset, { message: 'fine' }),
        ),
      );
      expect((await report(key, results)).accepted).toBe(results.length);
    }
    expect((await store.head(RUN)).state).toBe('Finalizing');

    if (answer.state !== 'finalize') throw new Error('Expected finalize');
    const { leaseId, fence } = answer;
    const upload = await send('PUT', '/reports/report.json', { body: '{}' });
    expect(upload.status).toBe(200);
    const file = await upload.json();
    expect(file).toEqual({
      name: 'report.json',
      size: 2,
      digest: `sha256:${createHash('sha256').update('{}').digest('hex')}`,
    });
    const released = await send('POST', '/release', {
      body: JSON.stringify({
        workerId: 'w1',
        leaseId,
        fence,
        started: [],
        finalize: { ok: true, files: [file] },
      }),
    });
    expect(released.status).toBe(204);
    expect(await store.get(RUN)).toMatchObject({
      state: 'Closed',
      reports: [{ ...file, contentType: 'application/json' }],
    });

    // From now on the token opens nothing, but its worker gets to know why.
    expect(await lease()).toEqual({
      state: 'closed',
      reason: 'The run is over',
    });
    expect(
      await post(
        '/heartbeat',
        { workerId: 'w1', leases: [{ leaseId, fence: 1, started: [] }] },
        heartbeatResponseSchema,
      ),
    ).toEqual({ leases: [{ leaseId, lost: true }], command: 'cancel' });
    for (const [method, path, status] of [
      ['POST', '/register', 401],
      ['GET', '/bundle', 401],
      ['GET', '/results', 401],
      ['GET', '/transcripts', 401],
      ['PUT', '/reports/x.json', 401],
      ['POST', '/report', 409],
    ] as const) {
      const body = method === 'GET' ? undefined : '{}';
      expect([path, (await send(method, path, { body })).status]).toEqual([
        path,
        status,
      ]);
    }
    expect(await store.verifyToken(token)).toBeUndefined();
  });

  it('lets nobody in without a token, and nobody to another run', async () => {
    const { send, store, token, report, register, granted } =
      await startWorkerRouter(id);
    for (const authorization of [
      '',
      'Bearer',
      'Bearer x',
      `Basic ${token}`,
      `Bearer ${token} ${token}`,
      `Bearer ${'a'.repeat(5_000)}`,
    ]) {
      const response = await send('GET', '/results', {
        headers: { authorization },
      });
      expect([authorization.slice(0, 20), response.status]).toEqual([
        authorization.slice(0, 20),
        401,
      ]);
    }
    await store.create(testRun({ id: 'job-uid-2', pins: testPins() }));
    const other = await store.issueToken('job-uid-2');
    await register();
    const key = await granted();
    await report(key, [testReport(0)]);
    // A lease of one run under the token of another.
    for (const [path, body] of [
      ['/report', { ...key, results: [testReport(1)] }],
      ['/release', { ...key, started: [] }],
    ] as const) {
      const response = await send('POST', path, {
        token: other,
        body: JSON.stringify(body),
      });
      expect(await errorOf(response)).toMatch(/^409 ConflictError/);
    }
    const results = await send('GET', '/results', { token: other });
    expect(await results.text()).toBe('');
    // A bundle that only the other run has.
    expect((await send('GET', '/bundle', { token: other })).status).toBe(404);
    expect((await store.head(RUN)).counters).toMatchObject({ passed: 1 });
  });

  it('sends the bundle whole, in parts, or not at all when it is known', async () => {
    const { send, bundle, digest } = await startWorkerRouter(id);
    const whole = await send('GET', '/bundle');
    expect(whole.headers.get('etag')).toBe(`"${digest}"`);
    expect(Buffer.from(await whole.arrayBuffer()).equals(bundle)).toBe(true);
    for (const [range, from, to] of [
      ['bytes=0-0', 0, 1],
      ['bytes=990-2010', 990, 2_011],
      ['bytes=9000-', 9_000, 10_000],
      ['bytes=-5', 9_995, 10_000],
      ['bytes=9990-99999', 9_990, 10_000],
    ] as const) {
      const part = await send('GET', '/bundle', { headers: { range } });
      expect([range, part.status, part.headers.get('content-range')]).toEqual([
        range,
        206,
        `bytes ${from}-${to - 1}/10000`,
      ]);
      expect(
        Buffer.from(await part.arrayBuffer()).equals(bundle.subarray(from, to)),
      ).toBe(true);
    }
    const beyond = await send('GET', '/bundle', {
      headers: { range: 'bytes=10000-' },
    });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([
      416,
      'bytes */10000',
    ]);
    for (const range of [
      'bytes=5-1',
      'lines=1-2',
      'bytes=0-1,5-6',
      'bytes=-',
    ]) {
      expect(
        (await send('GET', '/bundle', { headers: { range } })).status,
      ).toBe(200);
    }
    const changed = await send('GET', '/bundle', {
      headers: { range: 'bytes=0-0', 'if-range': '"another"' },
    });
    expect(changed.status).toBe(200);
    const known = await send('GET', '/bundle', {
      headers: { 'if-none-match': `"${digest}"` },
    });
    expect(known.status).toBe(304);
  });

  it('streams results from any item on', async () => {
    const { register, granted, report, send, store } = await startWorkerRouter(
      id,
    );
    await register();
    const key = await granted(300);
    const held = await store.head(RUN);
    await report(
      key,
      Array.from({ length: held.leased }, (_, index) =>
        testReport(index, { ttftMs: 3, transcript: testTranscript('x') }),
      ),
    );
    const response = await send('GET', '/results?from=7');
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = (await response.text()).trimEnd().split('\n');
    expect(lines).toHaveLength(held.leased - 7);
    const { transcript, ...rest } = testReport(7, { ttftMs: 3 });
    expect(JSON.parse(lines[0])).toEqual({
      ...rest,
      scenario: 'scenario-0',
      provider: 'provider-0',
      region: 'eu',
      variant: 0,
      trial: 1,
    });
    const said = await send('GET', '/transcripts?from=7');
    const transcripts = (await said.text()).trimEnd().split('\n');
    expect(transcripts).toHaveLength(held.leased - 7);
    expect(JSON.parse(transcripts[0])).toEqual({
      index: 7,
      transcript: JSON.parse(testTranscript('x')),
    });
    for (const from of ['-1', '1.5', 'x', '1e3', '99999999999999999999']) {
      for (const path of ['results', 'transcripts']) {
        const bad = await send('GET', `/${path}?from=${from}`);
        expect(await errorOf(bad)).toMatch(/^400 InputError: from: '/);
      }
    }
  });

  it('takes compressed reports', async () => {
    const { register, granted, send } = await startWorkerRouter(id);
    await register();
    const key = await granted(10);
    const body = (index: number) =>
      Buffer.from(JSON.stringify({ ...key, results: [testReport(index)] }));
    for (const [encoding, content] of [
      ['gzip', gzipSync(body(0))],
      ['zstd', zstdCompressSync(body(1))],
    ] as const) {
      const response = await send('POST', '/report', {
        body: new Uint8Array(content),
        headers: { 'content-encoding': encoding },
      });
      expect(await response.json()).toMatchObject({ accepted: 1 });
    }
    const unknown = await send('POST', '/report', {
      body: body(2).toString(),
      headers: { 'content-encoding': 'br' },
    });
    expect(await errorOf(unknown)).toMatch(/400.*'br'.*gzip and zstd/);
    const broken = await send('POST', '/report', {
      body: 'not gzip',
      headers: { 'content-encoding': 'gzip' },
    });
    expect(await errorOf(broken)).toMatch(/^400 InputError/);
  });

  it('refuses bodies that are wrong or too large, and says why', async () => {
    const { register, granted, send } = await startWorkerRouter(id);
    await register();
    const key = await granted(10);
    const cases: Array<[string, BodyInit, RegExp]> = [
      ['/report', '{', /400 InputError: The body is not JSON/],
      ['/report', '', /400 InputError: The body is not JSON/],
      ['/report', '[]', /400 .*body: .*expected object/],
      [
        '/report',
        JSON.stringify({ ...key, results: [{ ...testReport(0), cost: -1 }] }),
        /400 .*results\[0\]\.cost/,
      ],
      [
        '/report',
        JSON.stringify({ ...key, results: Array(501).fill(testReport(0)) }),
        /400 .*results: /,
      ],
      [
        '/register',
        JSON.stringify({
          protocolVersion: 2,
          workerId: 'w',
          engineVersion: '1',
          host: 'h',
        }),
        /426 WorkerRefusedError: protocolVersion: 2 is not supported; this backend speaks version 1/,
      ],
      [
        '/lease',
        JSON.stringify({ workerId: 'w1', capacity: 0 }),
        /400 .*capacity/,
      ],
      [
        '/lease',
        JSON.stringify({ workerId: 'nobody', capacity: 1 }),
        /400 .*'nobody' is not registered/,
      ],
      ['/report', 'x'.repeat(1_000_001), /413 PayloadTooLargeError: .*1000000/],
    ];
    for (const [path, body, message] of cases) {
      expect(await errorOf(await send('POST', path, { body }))).toMatch(
        message,
      );
    }
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    expect(bomb.length).toBeLessThan(100_000);
    const exploded = await send('POST', '/report', {
      body: new Uint8Array(bomb),
      headers: { 'content-encoding': 'gzip' },
    });
    expect(await errorOf(exploded)).toMatch(/413/);
    const later = await send('POST', '/report', {
      body: JSON.stringify({ ...key, results: [testReport(0)] }),
    });
    expect(await later.json()).toMatchObject({ accepted: 1 });
  });

  it('takes files by safe names only, and none that is too large or cut off', async () => {
    const { send, knex, port, token } = await startWorkerRouter(id);
    for (const name of [
      '..%2f..%2fetc%2fpasswd',
      '.hidden',
      'a%00b',
      'a%20b',
      'x'.repeat(129),
      '%E2%98%83',
    ]) {
      const response = await send('PUT', `/reports/${name}`, { body: 'x' });
      expect(await errorOf(response)).toMatch(/^400 InputError: report name/);
    }
    const large = await send('PUT', '/reports/large.csv', {
      body: 'x'.repeat(100_001),
    });
    expect(await errorOf(large)).toMatch(/^413 /);

    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `PUT /worker/v1/reports/cut.csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 5000\r\n\r\n${'x'.repeat(
        2_500,
      )}`,
    );
    await new Promise(resolve => setTimeout(resolve, 300));
    socket.destroy();
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(await knex('run_reports')).toEqual([]);
    expect(await knex('snapshots')).toHaveLength(1);
    expect(await knex('snapshot_uploads')).toEqual([]);
  });

  it('asks workers to come again when too many report at once', async () => {
    const { register, granted, send, port, token } = await startWorkerRouter(
      id,
      {
        maxConcurrentReports: 1,
      },
    );
    await register();
    const key = await granted(10);
    // Holds the only place, and four that wait.
    const sockets = Array.from({ length: 5 }, () => {
      const socket = connect(port, '127.0.0.1');
      socket.write(
        `POST /worker/v1/report HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 1000\r\n\r\n{`,
      );
      return socket;
    });
    await new Promise(resolve => setTimeout(resolve, 300));
    const body = JSON.stringify({ ...key, results: [testReport(0)] });
    const busy = await send('POST', '/report', { body });
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await busy.json()).error.name).toBe('ServiceUnavailableError');
    sockets.forEach(socket => socket.destroy());
    await new Promise(resolve => setTimeout(resolve, 300));
    const free = await send('POST', '/report', { body });
    expect(await free.json()).toMatchObject({ accepted: 1 });
  });
});
