import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../__testUtils__/bundles';
import { json, TestServer } from '../checks/__testUtils__/TestServer';

const server = new TestServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
afterAll(removeBundles);
beforeEach(() => {
  server.received.length = 0;
  server.answer = json({ score: 1 });
});

/** A conversation of one turn whose guardrail asks a service. */
function bundle(): Promise<string> {
  return writeBundle({
    'config.arena.yaml': arena({
      scenarios: { one: { turns: [{ role: 'user', content: 'hello' }] } },
      prompt: {
        validators: [
          {
            type: 'rest_eval',
            params: {
              url: `${server.url}/score`,
              headers: { Authorization: 'Bearer ${GUARD_TOKEN}' },
            },
          },
        ],
      },
    }),
    'mock.yaml': { defaultResponse: 'hi' },
  });
}

describe('guardrails that ask a service', () => {
  it('read secrets of the run', async () => {
    const { status } = await executeItem(await bundle(), {
      secret: name => (name === 'GUARD_TOKEN' ? 's3cret' : undefined),
    });
    expect(status).toBe('passed');
    expect(server.received).toMatchObject([
      { headers: { authorization: 'Bearer s3cret' } },
    ]);
  });

  it('announce their calls', async () => {
    let calls = 0;
    const lost = new Error('the lease is lost');
    const beforeCall = async () => {
      calls += 1;
      // The first one is the model's.
      if (calls > 1) throw lost;
    };
    await expect(executeItem(await bundle(), { beforeCall })).rejects.toThrow(
      lost,
    );
    expect(server.received).toEqual([]);
  });

  it('are given up with their item', async () => {
    const abort = new AbortController();
    let closed: Promise<void> | undefined;
    server.answer = response => {
      closed = new Promise(resolve => {
        response.once('close', resolve);
      });
      abort.abort(new Error('stopped'));
    };
    await expect(
      executeItem(await bundle(), { signal: abort.signal, secret: () => 'x' }),
    ).rejects.toThrow('stopped');
    await expect(closed).resolves.toBeUndefined();
  });
});
