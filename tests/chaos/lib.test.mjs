// What the chaos tests stand on, when it breaks itself: it neither hangs nor passes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { startPostgres } from '../../scripts/lib/postgres.mjs';
import { readAdvisories } from '../../scripts/lib/readAdvisories.mjs';
import { cleanUp } from './lib/cleanUp.mjs';
import { CuttingProxy } from './lib/CuttingProxy.mjs';
import { FAULTS } from './lib/faults.mjs';
import { insist } from './lib/insist.mjs';
import { signalIfThere } from './lib/signalIfThere.mjs';

/** A program in the place of the one that runs PostgreSQL. */
async function withServer(context, script) {
  const directory = await mkdtemp(path.join(tmpdir(), 'arena-chaos-lib-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  const node = path.join(directory, 'server');
  await writeFile(
    node,
    `#!${process.execPath}\nconsole.log('{"url":"postgresql://here"}');\n${script}`,
  );
  await chmod(node, 0o755);
  return { node, env: process.env };
}

const SHORT = { timeout: 10_000 };

test(
  'a PostgreSQL that cannot start again says so, and stops',
  SHORT,
  async context => {
    const postgres = await startPostgres(
      await withServer(
        context,
        "process.stdin.once('data', () => process.exit(3))",
      ),
    );
    assert.equal(postgres.url, 'postgresql://here');
    await assert.rejects(postgres.start(), /PostgreSQL ended with status 3/);
    await assert.rejects(postgres.start(), /PostgreSQL ended with status 3/);
    await assert.rejects(postgres.crash(), /PostgreSQL ended with status 3/);
    await postgres.stop();
  },
);

test(
  'a PostgreSQL that does not answer is not waited for',
  SHORT,
  async context => {
    const postgres = await startPostgres(
      await withServer(context, 'setInterval(() => {}, 1_000)'),
      { orderMs: 500 },
    );
    await assert.rejects(postgres.start(), /did not answer within 500 ms/);
    await assert.rejects(postgres.stop(), /did not stop within 500 ms/);
  },
);

function systemOf(more) {
  return {
    failures: [],
    refusals: [],
    deadline: Infinity,
    isStopping: false,
    ...more,
  };
}

test(
  'whoever insists is asked again, until the deadline, a failure or the end',
  SHORT,
  async () => {
    const patient = systemOf();
    let asked = 0;
    const answer = await insist(patient, 'it answers', () => {
      asked += 1;
      if (asked === 1) throw new Error('away');
      return asked === 3 && 'here';
    });
    assert.equal(answer, 'here');
    assert.deepEqual(patient.refusals, ['away']);

    const late = systemOf();
    setTimeout(() => (late.deadline = Date.now()), 300);
    await assert.rejects(
      insist(late, 'it comes', () => false),
      /Waited in vain until it comes/,
    );
    for (const change of [{ isStopping: true }, { failures: ['broken'] }]) {
      const system = systemOf();
      setTimeout(() => Object.assign(system, change), 300);
      assert.equal(await insist(system, 'it comes', () => false), undefined);
    }
  },
);

test('a step of the clean-up that fails does not keep the others from being done', async () => {
  const done = [];
  const steps = [
    { what: 'first', run: () => done.push('first') },
    {
      what: 'second',
      run: async () => {
        throw new Error('no way');
      },
    },
    { what: 'third', run: () => done.push('third') },
  ];
  const [fault, ...others] = await cleanUp(steps);
  assert.deepEqual(done, ['third', 'first']);
  assert.match(fault, /^second: Error: no way/);
  assert.deepEqual([...others, ...steps], []);
});

test('a worker that has ended meanwhile is no target', SHORT, async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  assert.equal(signalIfThere(child.pid, 'SIGKILL'), false);
  const system = {
    chooseWorker: async () => ({ pid: child.pid, names: ['x'] }),
  };
  for (const kind of ['kill-worker', 'pause-worker']) {
    const fault = FAULTS.find(each => each.kind === kind);
    const struck = await fault.strike(system, { choice: 0, ms: 0 });
    assert.match(struck.what, /^no worker there/);
    assert.deepEqual(struck.hit, []);
    assert.equal(struck.effect(), 0);
  }
});

test('the proxy tells which answers it has lost', SHORT, async context => {
  const backend = createServer((request, response) => response.end('done'));
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const proxy = await CuttingProxy.start();
  proxy.targetPort = backend.address().port;
  context.after(async () => {
    await proxy.stop();
    backend.close();
  });
  const fault = FAULTS.find(({ kind }) => kind === 'lose-answers');
  const struck = await fault.strike({ proxy }, { of: 'leases', count: 1 });
  const post = at =>
    fetch(`http://127.0.0.1:${proxy.port}${at}`, { method: 'POST' });
  assert.equal((await post('/v1/report')).status, 200);
  assert.equal(struck.effect(), 0);
  await assert.rejects(post('/v1/lease'));
  assert.equal(struck.effect(), 1);
  assert.equal((await post('/v1/lease')).status, 200);
});

test('an audit that fails and says nothing is no answer', () => {
  assert.deepEqual(readAdvisories({ code: 0, output: '' }), { advisories: [] });
  assert.deepEqual(readAdvisories({ code: 1, output: '\n' }), {
    reason: 'the audit ended with status 1 and said nothing',
  });
  assert.deepEqual(readAdvisories({ code: 1, output: 'Bad gateway' }), {
    reason: 'the registry gives no answer (status 1)',
  });
  const line = JSON.stringify({
    value: 'left-pad',
    children: {
      URL: 'https://example.com',
      Issue: 'Pads',
      Severity: 'high',
      Dependents: ['a', 'b'],
    },
  });
  assert.deepEqual(
    readAdvisories({ code: 1, output: `${line}\n` }).advisories,
    [
      {
        name: 'left-pad',
        severity: 'high',
        issue: 'Pads',
        url: 'https://example.com',
        dependents: 'a, b',
      },
    ],
  );
});
