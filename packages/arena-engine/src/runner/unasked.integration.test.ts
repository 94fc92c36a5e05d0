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

/** One turn, answered with "hi", and what looks at it. */
function bundle(options: {
  assertions?: unknown[];
  turnAssertions?: unknown[];
  evals?: unknown[];
  validators?: unknown[];
}): Promise<string> {
  return writeBundle({
    'config.arena.yaml': arena({
      scenarios: {
        one: {
          turns: [
            {
              role: 'user',
              content: 'hello',
              assertions: options.turnAssertions ?? [],
            },
          ],
          conversation_assertions: options.assertions ?? [],
        },
      },
      prompt: { validators: options.validators ?? [] },
      more: { pack_evals: options.evals ?? [] },
    }),
    'mock.yaml': { defaultResponse: 'hi' },
  });
}

const service = () => ({
  type: 'rest_eval',
  params: { url: `${server.url}/score` },
});
const short = { type: 'max_length', params: { max: 100 } };

describe('an item that ended with an error', () => {
  it.each([true, false])(
    'asks nobody what to think of it (compatible: %s)',
    async compat => {
      const wrapped = {
        type: 'assertion',
        params: { eval_type: 'rest_eval', eval_params: service().params },
      };
      const folder = await bundle({
        validators: [{ type: 'no_such_guardrail' }],
        assertions: [service(), wrapped, short],
        evals: [{ id: 'e', trigger: 'on_session_complete', ...service() }],
      });
      const { status, parsed } = await executeItem(folder, { compat });
      expect(status).toBe('errored');
      expect(server.received).toEqual([]);
      const skipped = {
        skipped: true,
        explanation: expect.stringContaining('Nobody was asked'),
      };
      expect(parsed.checks).toMatchObject([
        skipped,
        skipped,
        { type: 'max_length', passed: true },
      ]);
      expect(parsed.evals).toMatchObject([skipped]);
    },
  );
});

describe('checks after which one cannot be carried out', () => {
  it('keep their results', async () => {
    server.answer = json({ error: 'down' }, 400);
    const whole = await bundle({ assertions: [short, service(), short] });
    const ofTurn = await bundle({ turnAssertions: [short, service()] });
    const reports = [await executeItem(whole), await executeItem(ofTurn)];
    expect(reports[0].parsed.checks).toMatchObject([short]);
    expect(reports[1].parsed.messages.at(-1)?.checks).toMatchObject([
      { type: 'max_length', passed: true },
    ]);
    expect(reports).toMatchObject([
      { status: 'errored', checksTotal: 1 },
      { status: 'errored', checksTotal: 1 },
    ]);
  });
});
