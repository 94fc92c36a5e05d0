import { Agent, startAgent } from '@backstage-arena/arena-devcluster';
import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../../__testUtils__/bundles';

jest.setTimeout(30_000);

describe('items with agents', () => {
  const agents: Agent[] = [];

  afterEach(async () => {
    await Promise.all(agents.splice(0).map(agent => agent.stop()));
    await removeBundles();
  });

  async function start(...args: Parameters<typeof startAgent>) {
    const agent = await startAgent(...args);
    agents.push(agent);
    return agent;
  }

  const providerOf = (agent: Agent) => ({
    type: 'agent',
    base_url: agent.url,
    additional_config: { agent: 'test' },
  });

  it('judge what an agent called, tool by tool', async () => {
    const agent = await start({
      async behaviour({ callTool, done }) {
        const { result } = await callTool('weather', { city: 'Rome' });
        done(`In Rome: ${JSON.stringify(result)}`);
      },
    });
    const folder = await writeBundle({
      'config.arena.yaml': arena({
        provider: { ...providerOf(agent) },
        prompt: { allowed_tools: ['weather'] },
        more: {
          tool_specs: {
            weather: {
              description: 'The weather',
              mode: 'mock',
              input_schema: { type: 'object' },
              output_schema: { type: 'object' },
              mock_result: { sky: 'clear' },
            },
          },
        },
        scenarios: {
          ask: {
            turns: [
              {
                role: 'user',
                content: 'How is the weather?',
                assertions: [
                  { type: 'tools_called', params: { tools: ['weather'] } },
                  {
                    type: 'tool_calls_with_args',
                    params: {
                      tool_name: 'weather',
                      expected_args: { city: 'Rome' },
                    },
                  },
                  {
                    type: 'content_includes',
                    params: { patterns: ['clear'] },
                  },
                ],
              },
            ],
          },
        },
      }),
    });
    const { status, parsed, toolCalls } = await executeItem(folder);
    expect({ status, toolCalls }).toEqual({ status: 'passed', toolCalls: 1 });
    expect(parsed.messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'assistant',
    ]);
    // The item is over, and so is the conversation.
    while (agent.open() > 0) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  });

  it('are held to the limits of tool calls, which an agent makes by itself', async () => {
    const agent = await start({
      async behaviour({ callTool, done }) {
        for (const city of ['Rome', 'Oslo', 'Bern']) {
          await callTool('weather', { city });
        }
        done('Fine everywhere');
      },
    });
    const files = (limits: object) => ({
      'config.arena.yaml': arena({
        provider: { ...providerOf(agent) },
        prompt: { allowed_tools: ['weather'] },
        more: {
          tool_specs: {
            weather: {
              description: 'The weather',
              mode: 'mock',
              input_schema: { type: 'object' },
              output_schema: { type: 'object' },
              mock_result: { sky: 'clear' },
            },
          },
        },
        scenarios: {
          ask: {
            tool_policy: {
              tool_choice: 'auto',
              max_tool_calls_per_turn: 3,
              max_total_tool_calls: 3,
              ...limits,
            },
            turns: [{ role: 'user', content: 'How is the weather?' }],
          },
        },
      }),
    });
    expect(await executeItem(await writeBundle(files({})))).toMatchObject({
      status: 'passed',
      toolCalls: 3,
    });
    for (const name of ['max_tool_calls_per_turn', 'max_total_tool_calls']) {
      const folder = await writeBundle(files({ [name]: 2 }));
      expect(await executeItem(folder)).toMatchObject({
        status: 'failed',
        message: expect.stringContaining(`${name} is 2`),
      });
    }
  });

  it('let an agent play the user for another agent', async () => {
    const shop = await start({
      behaviour: ({ content, done }) => done(`You want: ${content}`),
    });
    const customer = await start({
      behaviour: ({ history, done }) => done(`wish ${history.length}`),
    });
    const folder = await writeBundle({
      'config.arena.yaml': arena({
        provider: { ...providerOf(shop) },
        more: {
          provider_specs: {
            shop: providerOf(shop),
            customer: { ...providerOf(customer), id: 'customer' },
          },
          self_play: {
            enabled: true,
            persona_specs: {
              buyer: {
                description: 'Buys',
                goals: ['buy'],
                constraints: [],
                style: {
                  verbosity: 'short',
                  challenge_level: 'low',
                  friction_tags: [],
                },
                system_template: 'You buy.',
              },
            },
            roles: [{ id: 'buyer-role', provider: 'customer' }],
          },
        },
        scenarios: {
          buy: {
            providers: ['shop'],
            turns: [{ role: 'buyer-role', persona: 'buyer', turns: 2 }],
            conversation_assertions: [
              {
                type: 'content_includes',
                params: { patterns: ['You want: wish 2'] },
              },
            ],
          },
        },
      }),
    });
    const { status, error } = await executeItem(folder);
    expect({ status, error }).toEqual({ status: 'passed', error: undefined });
    expect(shop.connections).toHaveLength(1);
    expect(customer.connections).toHaveLength(1);
  });

  it('end as an infrastructure error when the agent goes away', async () => {
    const agent = await start({ behaviour: ({ drop }) => drop() });
    const folder = await writeBundle({
      'config.arena.yaml': arena({
        provider: { ...providerOf(agent) },
        scenarios: { hi: { turns: [{ role: 'user', content: 'hi' }] } },
      }),
    });
    const { status, error } = await executeItem(folder);
    expect(status).toBe('errored');
    expect(error).toMatchObject({ class: 'connection', retryable: true });
  });
});
