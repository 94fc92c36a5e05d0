import {
  MockLlmReply,
  MockLlmRequest,
} from '@backstage-arena/arena-devcluster';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const API = 'promptkit.altairalabs.ai/v1alpha1';

/** Scenarios of {@link writeShopBundle}, by the path of their files. */
export const SHOP_SCENARIOS = [
  'scenarios/critical-order.yaml',
  'scenarios/critical-order-slow.yaml',
  'scenarios/greeting.yaml',
  'scenarios/visit.yaml',
];

/** Writes a bundle with a tool, a judge and a simulated user, whose models are all at the given address. */
export function writeShopBundle(folder: string, url: string): void {
  const write = (path: string, kind: string, name: string, spec: object) => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      JSON.stringify({ apiVersion: API, kind, metadata: { name }, spec }),
    );
  };
  const model = (role?: string) => ({
    type: 'openai',
    model: 'house',
    base_url: url,
    ...(role && { role }),
  });
  write('config.arena.yaml', 'Arena', 'shop', {
    prompt_configs: [{ id: 'shop', file: 'shop.prompt.yaml' }],
    providers: [{ file: 'crowd.provider.yaml', group: 'crowd' }],
    provider_specs: { house: model(), lady: model('inference') },
    judges: [{ name: 'lady', provider: 'lady' }],
    self_play: {
      persona_specs: {
        calm: {
          description: 'calm',
          goals: ['to know where the order is'],
          constraints: ['be brief'],
          style: { verbosity: 'short', challenge_level: 'low' },
          system_template: 'You are a customer. {{persona_goals}}',
        },
      },
      roles: [{ id: 'customer', provider: 'crowd' }],
    },
    tools: [{ file: 'lookup-order.tool.yaml' }],
    scenarios: SHOP_SCENARIOS.map(file => ({ file })),
    defaults: { max_tokens: 50, concurrency: 4 },
  });
  write('crowd.provider.yaml', 'Provider', 'crowd', model());
  write('shop.prompt.yaml', 'PromptConfig', 'shop', {
    task_type: 'shop',
    version: 'v1.0.0',
    description: 'A shop',
    system_template: 'You keep a shop.',
    allowed_tools: ['lookup_order', 'refund'],
  });
  write('lookup-order.tool.yaml', 'Tool', 'lookup_order', {
    description: 'Finds an order',
    mode: 'mock',
    input_schema: { type: 'object' },
    output_schema: { type: 'object' },
    mock_result: { state: 'shipped' },
  });
  const order = {
    role: 'user',
    content: 'Where is my order?',
    assertions: [
      { type: 'content_includes', params: { patterns: ['shipped'] } },
    ],
  };
  const turns: Record<string, object[]> = {
    'critical-order': [order],
    'critical-order-slow': [order],
    greeting: [
      {
        role: 'user',
        content: 'Hello',
        assertions: [
          { type: 'llm_judge', params: { criteria: 'Is it polite?' } },
        ],
      },
    ],
    visit: [{ role: 'customer', persona: 'calm', turns: 2 }, order],
  };
  for (const path of SHOP_SCENARIOS) {
    const name = path.replace(/^scenarios\/|\.yaml$/g, '');
    write(path, 'Scenario', name, {
      task_type: 'shop',
      description: name,
      turns: turns[name],
    });
  }
}

/** What the models of the shop say: the judge is content, the customer asks, and the shop looks the order up where it can. */
export function replyAsShop(request: MockLlmRequest): MockLlmReply {
  const { system, messages, tools } = request;
  if (system.includes('"reasoning"')) {
    return { text: '{"passed": true, "score": 1, "reasoning": "Polite."}' };
  }
  if (system.startsWith('You are a customer')) return { text: 'And then?' };
  const last = messages.at(-1);
  const isAsked = last?.role === 'user' && last.content.includes('order');
  if (isAsked && tools.includes('lookup_order')) {
    return { toolCalls: [{ name: 'lookup_order', arguments: { id: 7 } }] };
  }
  return { text: answerAsShop(last?.content ?? '', last?.role) };
}

/** What somebody of the shop says without looking anything up. */
export function answerAsShop(content: string, role = 'user'): string {
  return role === 'tool' || content.includes('order')
    ? 'It has been shipped.'
    : 'Welcome.';
}
