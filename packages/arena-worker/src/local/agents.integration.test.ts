import { Agent, startAgent } from '@backstage-arena/arena-devcluster';
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runArena } from '../__testUtils__/spawnArena';

const FIXTURE = resolve(__dirname, '../__fixtures__/bundles/greeter');

jest.setTimeout(60_000);

describe('arena run with agents', () => {
  let folder: string;
  let agent: Agent;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-run-agents-'));
    cpSync(FIXTURE, folder, { recursive: true });
    agent = await startAgent({
      token: 'secret-token',
      behaviour: ({ content, done }) =>
        done(content === 'Hello.' ? 'Welcome!' : 'See you.'),
    });
  });

  afterEach(async () => {
    await agent.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (
    expose: object | undefined,
    env: Record<string, string> = {},
  ) => {
    const documents = [
      {
        apiVersion: 'omnia.altairalabs.ai/v1alpha1',
        kind: 'ArenaJob',
        metadata: { name: 'greeter' },
        spec: {
          sourceRef: { name: 'greeter' },
          providers: { default: [{ agentRef: { name: 'porter' } }] },
        },
      },
      ...(expose
        ? [
            {
              apiVersion: 'omnia.altairalabs.ai/v1alpha1',
              kind: 'AgentRuntime',
              metadata: { name: 'porter' },
              spec: { facades: [{ type: 'websocket', expose }] },
            },
          ]
        : []),
    ];
    writeFileSync(
      join(folder, 'job.yaml'),
      documents.map(document => JSON.stringify(document)).join('\n---\n'),
    );
    return runArena(['run', '-f', 'job.yaml', '--ci'], { cwd: folder, env });
  };

  it('tests an agent that stands beside the job', async () => {
    const exit = await run(
      { url: agent.url, secretRef: { name: 'porter' } },
      { AGENT_TOKEN: 'secret-token' },
    );
    expect(exit).toMatchObject({ code: 0, stderr: '' });
    const { items } = JSON.parse(
      readFileSync(join(folder, 'out/results.json'), 'utf8'),
    );
    expect(items).toMatchObject([
      { scenario: 'greets', provider: 'agent-porter', status: 'passed' },
      { scenario: 'says-bye', provider: 'agent-porter', status: 'passed' },
    ]);
    expect(agent.connections).toHaveLength(2);
  });

  it.each<[string, object | undefined, RegExp]>([
    [
      'no object',
      undefined,
      /providers\[default\]\[0\]\.agentRef: the AgentRuntime 'porter' is not in/,
    ],
    ['no address', {}, /spec\.facades\[0\]\.expose\.url is not set/],
    [
      'no token',
      { url: 'ws://localhost:1', secretRef: { name: 'x', key: 'PORTER' } },
      /token of the AgentRuntime 'porter' .* set PORTER or AGENT_TOKEN/,
    ],
  ])('says what an agent with %s lacks', async (_, expose, message) => {
    const exit = await run(expose);
    expect(exit.code).not.toBe(0);
    expect(exit.stderr).toMatch(message);
  });
});
