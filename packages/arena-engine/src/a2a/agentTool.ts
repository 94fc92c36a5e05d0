import { ContractTool } from '../tools/ContractTool';
import { Tool } from '../tools/Tool';
import { ToolHandler } from '../tools/ToolHandler';

/** A skill of an agent as a tool with one text argument. */
export function agentTool(options: {
  card: { name: string; description?: string };
  skill: { id: string; name?: string; description?: string };
  timeoutMs?: number;
  handler: ToolHandler;
}): Tool {
  const { card, skill, timeoutMs, handler } = options;
  return new ContractTool({
    descriptor: {
      name: agentToolName(card.name, skill.id),
      description:
        skill.description || skill.name || card.description || card.name,
      inputSchema: {
        type: 'object',
        properties: {
          query: { type: 'string', description: 'What the agent is asked' },
        },
        required: ['query'],
      },
    },
    timeoutMs,
    handler,
  });
}

/** For example `a2a__weather_bot_v2__daily_forecast`. */
export function agentToolName(card: string, skill: string): string {
  return `a2a__${plain(card)}__${plain(skill)}`;
}

/** Lower case; whatever is neither letter nor digit becomes one underscore. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
}
