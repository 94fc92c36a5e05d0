import { lintBundle } from '../bundle/lintBundle';
import { arena, writeBundle } from './bundles';

/** Findings of a bundle as `e|w field: message`, without those of its mock file. */
export async function lint(
  spec: Parameters<typeof arena>[0],
  files: Record<string, unknown> = {},
): Promise<string[]> {
  const folder = await writeBundle({
    'mock.yaml': 'defaultResponse: Hello.\n',
    ...files,
    'config.arena.yaml': arena(spec),
  });
  return (await lintBundle(folder)).map(
    ({ severity, field, message, suggestion }) =>
      `${severity[0]} ${field}: ${message}${
        suggestion ? ` ?${suggestion}` : ''
      }`,
  );
}

/** A bundle of one scenario with one turn. */
export const withTurn = (turn: Record<string, unknown>, more = {}) => ({
  scenarios: {
    one: { turns: [{ role: 'user', content: 'Hi.', ...turn }], ...more },
  },
});

/** A bundle of one turn with one check. */
export const withCheck = (check: Record<string, unknown>) =>
  withTurn({ assertions: [check] });

export const AT = 'spec.scenario_specs.one.turns[0]';
export const CHECK = `${AT}.assertions[0]`;

export const one = (text: string) => [expect.stringContaining(text)];
