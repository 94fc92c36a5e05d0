import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { asMap } from '../../checks/CheckParams';
import { ConversationMessage } from '../../conversation/messages';

export interface ScriptedReply {
  text: string;
  toolCalls: Array<{ name: string; arguments: Record<string, unknown> }>;
}

interface ScenarioScript {
  defaultResponse?: string;
  turns: Map<number, ScriptedReply>;
}

/** The answers of a mock provider, read from its file once. */
export class MockScript {
  private constructor(
    private readonly defaultResponse: string | undefined,
    private readonly scenarios: Map<string, ScenarioScript>,
  ) {}

  static readonly EMPTY = new MockScript(undefined, new Map());

  /** @throws Error when the file cannot be read or is not YAML. */
  static async read(file: string): Promise<MockScript> {
    const root =
      asMap(parse(await readFile(file, 'utf8'), { merge: true })) ?? {};
    const scenarios = new Map<string, ScenarioScript>();
    for (const [id, value] of Object.entries(asMap(root.scenarios) ?? {})) {
      const map = asMap(value);
      if (map) scenarios.set(id, readScenario(map));
    }
    return new MockScript(text(root.defaultResponse), scenarios);
  }

  /** The answer for a scenario's mock turn, by the documented order of fallbacks. */
  reply(scenarioId: string, turn: number): ScriptedReply | undefined {
    const scenario = this.scenarios.get(scenarioId);
    const scripted = scenario?.turns.get(turn);
    if (scripted) return scripted;
    const fallback = scenario?.defaultResponse ?? this.defaultResponse;
    return fallback === undefined
      ? undefined
      : { text: fallback, toolCalls: [] };
  }
}

/** Absolute path of a mock file: relative ones start at the folder of the arena file. */
export function mockFile(
  directory: string,
  configFile: unknown,
): string | undefined {
  return typeof configFile === 'string' && configFile !== ''
    ? path.resolve(directory, configFile)
    : undefined;
}

/**
 * The number of the script's answer for one provider round.
 *
 * @param baseTurn - fixed at the start of the user turn
 */
export function mockTurn(
  baseTurn: number,
  messages: readonly ConversationMessage[],
  hasTools: boolean,
): number {
  const hasToolResults = messages.some(({ role }) => role === 'tool');
  if (!hasTools && !hasToolResults) return baseTurn;
  const replies = messages.filter(({ role }) => role === 'assistant').length;
  const turn = Math.max(baseTurn, replies, 1);
  return hasToolResults ? turn + 1 : turn;
}

function readScenario(map: Record<string, unknown>): ScenarioScript {
  const turns = new Map<number, ScriptedReply>();
  for (const [key, value] of Object.entries(asMap(map.turns) ?? {})) {
    const reply = readReply(value);
    if (reply) turns.set(Number(key), reply);
  }
  return { defaultResponse: text(map.defaultResponse), turns };
}

/** A value that is neither text nor map is no answer. */
function readReply(value: unknown): ScriptedReply | undefined {
  if (typeof value === 'string') return { text: value, toolCalls: [] };
  const map = asMap(value);
  if (!map) return undefined;
  const key = ['content', 'text', 'response'].find(name =>
    Object.hasOwn(map, name),
  );
  const calls = Array.isArray(map.tool_calls) ? map.tool_calls : [];
  return {
    text: (key && text(map[key])) ?? '',
    toolCalls: calls.flatMap(call => {
      const entry = asMap(call);
      if (!entry || typeof entry.name !== 'string') return [];
      return [{ name: entry.name, arguments: asMap(entry.arguments) ?? {} }];
    }),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
