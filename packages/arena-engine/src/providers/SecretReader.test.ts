import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../__testUtils__/bundles';
import { RemoteAgent } from '../a2a/RemoteAgent';
import { agentSchema } from '../bundle/schemas/a2a';
import { HttpClient } from '../tools/http/HttpClient';
import { SecretReader } from './SecretReader';

const SLOT = 'ARENA_CREDENTIAL_1';

afterEach(removeBundles);

/** An item of a run whose provider has its key in a slot; it has no other secrets. */
async function execute(bundle: {
  provider?: Record<string, unknown>;
  assertions?: unknown[];
}) {
  const folder = await writeBundle({
    'config.arena.yaml': arena({
      scenarios: {
        talk: {
          turns: [
            { role: 'user', content: 'Hi', assertions: bundle.assertions },
          ],
        },
      },
      ...(bundle.provider ? { provider: bundle.provider } : {}),
    }),
    'mock.yaml': { defaultResponse: 'Hello' },
  });
  return executeItem(folder, {
    secret: name => (name === SLOT ? 'key-of-the-run' : undefined),
  });
}

describe('SecretReader', () => {
  it('reads slots for the run, and never for a bundle', () => {
    const secrets = new SecretReader(() => 'key-of-the-run');
    expect(secrets.slot(SLOT)).toBe('key-of-the-run');
    expect(secrets.variable('KEY')).toBe('key-of-the-run');
    for (const name of [SLOT, 'ARENA_RUN_TOKEN', 'arena_credential_1']) {
      expect(() => secrets.variable(name, 'credential_env')).toThrow(
        `credential_env names the variable ${name}: names that begin with ARENA_ are reserved`,
      );
    }
  });

  it('finds secrets within JSON, JSON within JSON, and addresses', () => {
    const secret = 'say "é\\n" & go\nfar';
    const secrets = new SecretReader(() => undefined);
    secrets.remember(secret);
    const json = JSON.stringify({ secret });
    const texts = [
      secret,
      json,
      JSON.stringify({ json }),
      `https://e.org/?q=${encodeURIComponent(secret)}`,
    ];
    expect(texts.map(text => secrets.redact(text))).toEqual([
      '[redacted]',
      '{"secret":"[redacted]"}',
      JSON.stringify({ json: '{"secret":"[redacted]"}' }),
      'https://e.org/?q=[redacted]',
    ]);
    expect(texts.every(text => secrets.isIn(text))).toBe(true);
    expect(secrets.isIn('say')).toBe(false);
  });

  it('takes the longer one of secrets that begin alike', () => {
    const secrets = new SecretReader(() => undefined);
    secrets.remember('secret');
    secrets.remember('secret-and-more');
    expect(secrets.redact('a secret-and-more b secret')).toBe(
      'a [redacted] b [redacted]',
    );
  });

  it('remembers fields by their names, but for templates', () => {
    const secrets = new SecretReader(() => undefined);
    secrets.rememberFields({
      Authorization: 'Bearer from-the-bundle',
      'X-Api-Key': 'Key ${NAME}',
      Accept: 'application/json',
      MAX_TOKENS: '100000',
      author: 'Somebody',
    });
    expect(
      secrets.redact(
        'from-the-bundle, Key ${NAME}, application/json, 100000, Somebody',
      ),
    ).toBe('[redacted], Key ${NAME}, application/json, 100000, Somebody');
  });

  it('keeps slots from credential_env', async () => {
    const report = await execute({
      provider: {
        type: 'openai',
        base_url: 'http://127.0.0.1:1',
        credential: { credential_env: SLOT },
      },
    });
    expect(report.error).toMatchObject({
      class: 'auth',
      message: expect.stringContaining('are reserved'),
    });
  });

  it('keeps slots from checks that ask others', async () => {
    const report = await execute({
      assertions: [
        {
          type: 'rest_eval',
          params: {
            url: 'http://127.0.0.1:1',
            headers: { Authorization: `Bearer \${${SLOT}}` },
          },
        },
      ],
    });
    expect(JSON.stringify(report)).toContain('are reserved');
  });

  it('keeps slots from remote agents', async () => {
    const spec = agentSchema.parse({
      name: 'guide',
      url: 'http://127.0.0.1:1',
      auth: { token_env: SLOT },
    });
    await expect(
      RemoteAgent.discover(spec, 'http://127.0.0.1:1', {
        http: new HttpClient(),
        secrets: new SecretReader(() => 'key-of-the-run'),
      }),
    ).rejects.toThrow('auth.token_env names the variable');
  });
});
