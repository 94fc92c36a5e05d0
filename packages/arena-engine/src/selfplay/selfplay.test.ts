import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../__testUtils__/bundles';
import { loadBundle } from '../bundle/loadBundle';
import { PersonaSpec } from '../bundle/schemas/persona';
import { PlanOptions } from '../Engine';
import { findOddities } from './oddities';
import { personaPrompt } from './personaPrompt';
import { swapRoles, withOpening } from './swapRoles';

afterEach(removeBundles);

const plan = async (folder: string, options: PlanOptions) =>
  (await loadBundle(folder)).plan(options);

const prompt = (
  spec: PersonaSpec,
  options: Partial<Parameters<typeof personaPrompt>[1]> & { id?: string } = {},
) =>
  personaPrompt(
    { id: options.id ?? 'guest', spec },
    { variables: {}, natural: false, ...options },
  );

describe('personaPrompt', () => {
  it('knows the words for a persona', () => {
    expect(
      prompt(
        {
          goals: ['a room', 'a view'],
          style: { verbosity: 'long', friction_tags: ['tired', 'hungry'] },
          system_template:
            '{{persona_goals}}|{{persona_constraints}}|{{verbosity}}|{{challenge_level}}|{{friction_tags}}|{{region}}|{{domain_hint}}|{{user_context}}|{{context_slot}}',
        },
        { id: 'guest_uk' },
      ),
    ).toBe('a room, a view||long|medium|tired, hungry|uk|general|user|');
  });

  it('takes what the scenario says before what is optional', () => {
    const spec: PersonaSpec = {
      system_template: '{{city}} {{mood}}',
      optional_vars: { city: 'Rome', mood: 'calm' },
    };
    expect(prompt(spec, { variables: { city: 'Oslo' } })).toBe('Oslo calm');
  });

  it('says which variable is missing', () => {
    expect(() => prompt({ required_vars: ['city'] })).toThrow(
      'Persona "guest": the required variable "city" has no value',
    );
    expect(() => prompt({ prompt_activity: 'x' })).toThrow(
      'prompt_activity is not supported',
    );
  });

  it('asks for the marker only where it ends the conversation', () => {
    const spec: PersonaSpec = { system_prompt: 'Play.' };
    expect(prompt(spec)).toBe('Play.');
    expect(prompt(spec, { natural: true })).toContain(
      '[CONVERSATION_COMPLETE]',
    );
  });
});

describe('swapRoles', () => {
  it('shows the user what a user sees, and lets a model begin', () => {
    const swapped = swapRoles([
      { role: 'user', content: 'Hi', turn: 0 },
      {
        role: 'assistant',
        content: '',
        turn: 0,
        toolCalls: [{ id: '1', name: 'look', arguments: {} }],
      },
      { role: 'tool', content: '{}', turn: 0 },
      { role: 'assistant', content: 'Hello', turn: 0 },
    ]);
    expect(swapped.map(({ role, content }) => [role, content])).toEqual([
      ['assistant', 'Hi'],
      ['user', 'Hello'],
    ]);
    expect(withOpening(swapped)[0].role).toBe('user');
    expect(withOpening(swapped.slice(1))).toEqual(swapped.slice(1));
  });
});

describe('findOddities', () => {
  it.each([
    ['A room, please.', 0],
    ['One. Two. Three.', 1],
    ['Why? Where? When?', 2],
    ['Sure, how can I help you today?', 1],
    ['It costs 3.50 with tax.', 0],
  ])('%s: %d', (text, count) => {
    expect(findOddities(text)).toHaveLength(count);
  });
});

describe('self-play', () => {
  const write = (turn: Record<string, unknown>, log: unknown = {}) =>
    writeBundle({
      'config.arena.yaml': arena({
        scenarios: {
          talk: { turns: [{ role: 'guest', persona: 'calm', ...turn }] },
        },
        more: {
          providers: [{ file: 'crowd.yaml', group: 'crowd' }],
          self_play: {
            persona_specs: { calm: { system_prompt: 'Play a guest.' } },
            roles: [{ id: 'guest', provider: 'crowd' }],
          },
        },
      }),
      'crowd.yaml': {
        apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
        kind: 'Provider',
        metadata: { name: 'crowd' },
        spec: { type: 'mock', additional_config: { mock_config: 'sim.yaml' } },
      },
      'mock.yaml': { defaultResponse: 'Welcome.' },
      'sim.yaml': {
        selfplay: {
          calm: {
            turns: { 1: 'One. Two. Three.', 2: '[CONVERSATION_COMPLETE]' },
          },
        },
      },
      'log.yaml': log,
    });

  it('marks what was made up, counts what it cost, and warns of odd texts', async () => {
    const lines: string[] = [];
    const report = await executeItem(await write({}), {
      log: line => lines.push(line),
    });
    expect(report.status).toBe('passed');
    const [, user, reply] = report.parsed.messages;
    expect(user).toMatchObject({
      role: 'user',
      content: 'One. Two. Three.',
      selfPlay: { persona: 'calm', provider: 'crowd' },
    });
    expect(user.cost).toBeGreaterThan(0);
    expect(report.cost).toBeCloseTo((user.cost ?? 0) + (reply.cost ?? 0), 10);
    expect(lines).toContainEqual(
      expect.stringContaining('persona "calm" is odd: it has 3 sentences'),
    );
  });

  it('takes a marker without any words for an empty message', async () => {
    const report = await executeItem(await write({ turns: 2, max_turns: 3 }));
    expect(report).toMatchObject({
      status: 'errored',
      error: {
        class: 'provider',
        message: 'Provider "crowd" made up an empty message for persona "calm"',
      },
    });
  });

  it('goes on for as many rounds as the run says', async () => {
    const folder = await write({ turns: 1, max_turns: 1 });
    const rounds = async (wanted?: number) =>
      (await executeItem(folder, { selfPlay: { rounds: wanted } })).turns;
    expect(await rounds()).toBe(1);
    // The second message of this persona is an empty one.
    expect(await rounds(1)).toBe(1);
    const lasting = await writeBundle({
      'config.arena.yaml': arena({
        scenarios: {
          talk: {
            turns: [
              { role: 'user', content: 'Hi' },
              { role: 'guest', persona: 'calm', turns: 2, max_turns: 5 },
            ],
          },
        },
        more: {
          self_play: {
            persona_specs: { calm: { system_prompt: 'Play a guest.' } },
            roles: [{ id: 'guest', provider: 'mock' }],
          },
        },
      }),
      'mock.yaml': {
        defaultResponse: 'Welcome.',
        selfplay: { calm: { defaultResponse: 'And?' } },
      },
    });
    const report = await executeItem(lasting, { selfPlay: { rounds: 3 } });
    expect(report.turns).toBe(4);
  });

  it('is also held with the sides exchanged, where two are there', async () => {
    const folder = await write({});
    const selfPlay = { swapRoles: true };
    const bundle = await loadBundle(folder);
    const { providers, total } = bundle.plan({ selfPlay });
    expect(providers.map(({ id }) => id)).toEqual([
      'mock',
      'crowd (user: mock)',
    ]);
    expect(total).toBe(2);
    const [first, second] = await Promise.all(
      [0, 1].map(index => executeItem(folder, { selfPlay, index })),
    );
    expect(first.parsed.messages[1].selfPlay?.provider).toBe('crowd');
    const [, user, reply] = second.parsed.messages;
    expect(user.selfPlay).toEqual({ persona: 'calm', provider: 'mock' });
    expect(reply).toMatchObject({
      role: 'assistant',
      content: 'mock response for provider crowd model ',
    });
    expect(second.parsed.provider).toBe('crowd (user: mock)');
  });

  it('is refused where it was asked for and nobody plays, or an agent would have to', async () => {
    const scripted = await writeBundle({
      'config.arena.yaml': arena({
        scenarios: { talk: { turns: [{ role: 'user', content: 'Hi' }] } },
      }),
    });
    await expect(
      plan(scripted, { selfPlay: { rounds: 2 } }),
    ).rejects.toMatchObject({ reason: 'NoSelfPlay' });
    const agent = {
      id: 'butler',
      group: 'default',
      spec: { type: 'agent', base_url: 'ws://agent.example.com' },
    };
    const folder = await write({});
    await expect(
      plan(folder, { selfPlay: { swapRoles: true }, providers: [agent] }),
    ).rejects.toMatchObject({
      reason: 'UnsupportedFeature',
      message: expect.stringContaining('agent "butler"'),
    });
    expect(
      await plan(folder, { selfPlay: { rounds: 2 }, providers: [agent] }),
    ).toMatchObject({ total: 1 });
  });

  it('stores streamed exchanges twice only where the original is reproduced', async () => {
    const folder = await writeBundle({
      'config.arena.yaml': arena({
        scenarios: {
          talk: {
            streaming: true,
            turns: [{ role: 'guest', persona: 'calm', turns: 2 }],
          },
        },
        more: {
          self_play: {
            persona_specs: { calm: { system_prompt: 'Play a guest.' } },
            roles: [{ id: 'guest', provider: 'mock' }],
          },
        },
      }),
      'mock.yaml': {
        scenarios: { talk: { turns: { 1: 'r1', 2: 'r2', 3: 'r3' } } },
        selfplay: { calm: { defaultResponse: 'u' } },
      },
    });
    const said = async (compat: boolean) =>
      (await executeItem(folder, { compat })).parsed.messages
        .slice(1)
        .map(({ content }) => content);
    expect(await said(false)).toEqual(['u', 'r1', 'u', 'r2']);
    expect(await said(true)).toEqual([
      ...['u', 'r1', 'u', 'r1'],
      ...['u', 'r3', 'u', 'r3'],
    ]);
  });
});
