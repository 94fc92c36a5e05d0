import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../__testUtils__/bundles';

afterEach(removeBundles);

const INJECTED =
  '{{word}} {{.word}} {{printf "%s" .word}} ${KEY} {{if .word}}yes{{end}}';

it('what a model says is no template, also when it goes into the next prompt', async () => {
  const folder = await writeBundle({
    'config.arena.yaml': arena({
      scenarios: {
        talk: {
          turns: [
            { role: 'user', content: 'Say it' },
            { role: 'user', content: 'Again, with {{word}}' },
          ],
        },
      },
      prompt: {
        system_template: 'You know {{word}}.',
        variables: [
          {
            name: 'word',
            type: 'string',
            required: false,
            default: 'swordfish',
          },
        ],
      },
    }),
    'mock.yaml': { defaultResponse: INJECTED },
  });
  const report = await executeItem(folder, { secret: () => 'sk-0123456789' });
  const { messages } = report.parsed;
  const said = (role: string) =>
    messages.filter(message => message.role === role).map(m => m.content);
  expect(said('system')).toEqual(['You know swordfish.']);
  expect(said('assistant')).toEqual([INJECTED, INJECTED]);
  expect(report.transcript).not.toContain('sk-0123456789');
});
