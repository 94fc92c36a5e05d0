import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../__testUtils__/bundles';

afterEach(removeBundles);

const bundle = (prompt: Record<string, unknown>, scenario = {}) =>
  writeBundle({
    'mock.yaml': 'defaultResponse: Hello.\n',
    'config.arena.yaml': arena({
      prompt,
      scenarios: {
        one: { turns: [{ role: 'user', content: 'Hi.' }], ...scenario },
      },
    }),
  });

const required = (name: string) => ({
  system_template: `In {{${name}}}.`,
  variables: [{ name, type: 'string', required: true }],
});

describe('required variables', () => {
  it('include the region, which every run has', async () => {
    const folder = await bundle(required('region'));
    const { status, parsed } = await executeItem(folder, {
      regions: ['north'],
    });
    expect(status).toBe('passed');
    expect(parsed.messages[0].content).toBe('In north.');
  });

  it('do not get what is only there when nobody else gives it', async () => {
    const folder = await bundle(required('domain'), {
      context_metadata: { domain: 'travel' },
    });
    const { status, message } = await executeItem(folder);
    expect(status).toBe('errored');
    expect(message).toContain('the required variable "domain" has no value');
  });

  it('may have names of several words', async () => {
    const folder = await bundle(required('the town'), {
      variables: { 'the town': 'Ghent' },
    });
    const { parsed } = await executeItem(folder);
    expect(parsed.messages[0].content).toBe('In Ghent.');
  });
});
