import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../__testUtils__/bundles';

const SECRET = 'k3y-0123456789-abcdefghij-"quoted"-zyxwvutsrq';
const START = SECRET.slice(0, 12);
const END = SECRET.slice(-12);

/** Refuses everything with a text that the limits of messages cut in the middle of the secret. */
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((incoming, response) => {
    incoming.resume();
    response.writeHead(400, { 'content-type': 'text/plain' });
    const before = Number(incoming.url?.match(/before-(\d+)/)?.[1]);
    response.end(`${'x '.repeat(before / 2)}${SECRET} is no key`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});

afterEach(removeBundles);

afterAll(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

const ASK = { role: 'user', content: 'Hi' };

async function execute(bundle: {
  provider?: Record<string, unknown>;
  prompt?: Record<string, unknown>;
  turn?: Record<string, unknown>;
  mock?: Record<string, unknown>;
  more?: Record<string, unknown>;
  maxTranscriptBytes?: number;
}) {
  const lines: string[] = [];
  const folder = await writeBundle({
    'config.arena.yaml': arena({
      scenarios: { talk: { turns: [{ ...ASK, ...bundle.turn }] } },
      prompt: bundle.prompt,
      provider: bundle.provider,
      more: bundle.more,
    }),
    'mock.yaml': bundle.mock ?? { defaultResponse: 'Hello' },
  });
  const report = await executeItem(folder, {
    secret: name => (name === 'KEY' ? SECRET : undefined),
    allow: { exec: true, stdio: true },
    maxTranscriptBytes: bundle.maxTranscriptBytes,
    log: line => lines.push(line),
  });
  return { report, lines, written: JSON.stringify({ report, lines }) };
}

function expectNothingOf(written: string): void {
  expect(written).not.toContain(START);
  expect(written).not.toContain(END);
}

/** A bundle in which the model calls one tool with the secret in its hands. */
const withTool = (tool: Record<string, unknown>) => ({
  prompt: { allowed_tools: ['run'] },
  mock: {
    scenarios: {
      talk: {
        turns: {
          1: { tool_calls: [{ name: 'run', arguments: {} }] },
          2: 'Done',
        },
      },
    },
  },
  more: {
    tool_specs: {
      run: {
        name: 'run',
        description: 'Runs',
        input_schema: { type: 'object' },
        output_schema: {},
        ...tool,
      },
    },
  },
});

describe('secrets', () => {
  it.each([480, 470, 100, 0])(
    'are out of the errors of providers before these are cut (at %d)',
    async before => {
      const { report, lines, written } = await execute({
        provider: {
          type: 'openai',
          base_url: `${url}/before-${before}`,
          credential: { credential_env: 'KEY' },
        },
      });
      expect(report).toMatchObject({ status: 'errored' });
      expect(report.error?.message.length).toBeLessThanOrEqual(600);
      expect(lines.join()).toContain('HTTP 400');
      expectNothingOf(written);
    },
  );

  it('are out of log lines, as well when they stood in headers of the bundle', async () => {
    const { report, lines, written } = await execute({
      provider: {
        type: 'openai',
        base_url: `${url}/before-0`,
        headers: { 'X-Api-Key': SECRET },
      },
    });
    expect(report.status).toBe('errored');
    expect(lines.join()).toContain('[redacted] is no key');
    expectNothingOf(written);
  });

  it.each([490, 480, 470])(
    'are out of the errors of HTTP tools before these are cut (at %d)',
    async before => {
      const { report, written } = await execute(
        withTool({
          mode: 'live',
          http: {
            url: `${url}/before-${before}`,
            headers: { Authorization: 'Bearer ${KEY}' },
          },
        }),
      );
      expect(report.transcript).toContain('HTTP 400');
      expectNothingOf(written);
    },
  );

  it('are out of what processes complain about before that is cut', async () => {
    const script = `process.stderr.write(process.env.KEY + 'y'.repeat(1980)); process.exitCode = 3;`;
    const { report, written } = await execute(
      withTool({
        mode: 'exec',
        exec: { command: process.execPath, args: ['-e', script], env: ['KEY'] },
      }),
    );
    expect(report.transcript).toContain('exit code 3: ');
    expectNothingOf(written);
  });

  it('are out of the answers of evaluators before these are cut', async () => {
    const { written, report } = await execute({
      turn: {
        assertions: [
          {
            type: 'rest_eval',
            params: {
              url: `${url}/before-470`,
              headers: { Authorization: 'Bearer ${KEY}' },
            },
          },
        ],
      },
    });
    expect(report.status).toBe('errored');
    expectNothingOf(written);
  });

  it('are out of transcripts before these are cut', async () => {
    for (const before of [980, 985, 990, 995, 1000]) {
      const { report, written } = await execute({
        ...withTool({
          mode: 'exec',
          exec: {
            command: process.execPath,
            args: [
              '-e',
              `console.log('z'.repeat(${before}) + process.env.KEY + 'z'.repeat(9_000))`,
            ],
            env: ['KEY'],
          },
        }),
        maxTranscriptBytes: 4_000,
      });
      expect(report.parsed.truncated).toBe(true);
      expectNothingOf(written);
    }
  });

  it('are out of results that are JSON, and the transcript stays readable', async () => {
    const { report, written } = await execute(
      withTool({
        mode: 'exec',
        exec: {
          command: process.execPath,
          args: [
            '-e',
            'console.log(JSON.stringify({ inner: JSON.stringify({ key: process.env.KEY }) }))',
          ],
          env: ['KEY'],
        },
      }),
    );
    expect(report.status).toBe('passed');
    const result = report.parsed.messages.find(({ role }) => role === 'tool');
    expect(result?.content).toContain('[redacted]');
    expectNothingOf(written);
  });
});
