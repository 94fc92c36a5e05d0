import path from 'node:path';
import { readText } from '../../bundle/readText';
import { YamlFile } from '../../bundle/YamlFile';
import { asMap } from '../../checks/CheckParams';
import { ConversationMessage } from '../../conversation/messages';
import { ScriptPosition } from '../ChatProvider';
import { FormError, MockPools } from './MockPools';

export interface ScriptedReply {
  text: string;
  toolCalls: Array<{ name: string; arguments: Record<string, unknown> }>;
}

interface Script {
  defaultResponse?: string;
  turns: Map<number, ScriptedReply>;
  steps: Map<string, ScriptedReply>;
}

/** The answers of a mock provider, read from its file once. */
export class MockScript {
  private constructor(
    private readonly defaultResponse: string | undefined,
    private readonly scenarios: Map<string, Script>,
    private readonly personas: Map<string, Script>,
    private readonly pools: MockPools,
  ) {}

  static readonly EMPTY = new MockScript(
    undefined,
    new Map(),
    new Map(),
    MockPools.NONE,
  );

  /** @throws Error when the file cannot be read, is not YAML, or does not have the form of a script. */
  static async read(file: string): Promise<MockScript> {
    const name = path.basename(file);
    const yaml = new YamlFile(name, readText(name, file));
    const [fault] = yaml.problems;
    if (fault) {
      throw new Error(
        `${name}:${fault.line}:${fault.column}: ${fault.message}`,
      );
    }
    try {
      const root = readMap(yaml.value, 'the file');
      return new MockScript(
        readDefault(root, 'defaultResponse'),
        readScripts(root, 'scenarios'),
        readScripts(root, 'selfplay'),
        MockPools.read(readMap(root.pools, 'pools')),
      );
    } catch (error) {
      if (!(error instanceof FormError)) throw error;
      throw new Error(`${name}: ${error.message}`);
    }
  }

  /**
   * The answer at a place of a conversation, by the documented order of fallbacks.
   *
   * @param at - absent for calls that no scenario scripts
   * @param seed - chooses from the pools of the file
   */
  reply(
    at: (ScriptPosition & { turn: number }) | undefined,
    seed = 0,
  ): ScriptedReply | undefined {
    const reply = this.find(at);
    return reply && { ...reply, text: this.pools.fill(reply.text, seed) };
  }

  private find(
    at: (ScriptPosition & { turn: number }) | undefined,
  ): ScriptedReply | undefined {
    const persona =
      at?.persona === undefined ? undefined : this.personas.get(at.persona);
    const scenario = at && this.scenarios.get(at.scenarioId);
    const scripted =
      (at && persona?.turns.get(at.turn)) ??
      textReply(persona?.defaultResponse) ??
      (at?.step === undefined ? undefined : scenario?.steps.get(at.step)) ??
      (at && scenario?.turns.get(at.turn));
    return (
      scripted ?? textReply(scenario?.defaultResponse ?? this.defaultResponse)
    );
  }
}

function textReply(content: string | undefined): ScriptedReply | undefined {
  return content === undefined ? undefined : { text: content, toolCalls: [] };
}

/** Nothing stands for an empty map. */
function readMap(value: unknown, where: string): Record<string, unknown> {
  const map = asMap(value ?? {});
  if (map) return map;
  throw new FormError(`${where} is ${JSON.stringify(value)}: allowed are maps`);
}

function readScripts(
  root: Record<string, unknown>,
  field: string,
): Map<string, Script> {
  return new Map(
    Object.entries(readMap(root[field], field)).map(([id, entry]) => {
      const where = `${field}.${id}`;
      return [id, readScript(readMap(entry, where), where)];
    }),
  );
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
  messages: ReadonlyArray<Pick<ConversationMessage, 'role'>>,
  hasTools: boolean,
): number {
  const hasToolResults = messages.some(({ role }) => role === 'tool');
  if (!hasTools && !hasToolResults) return baseTurn;
  const replies = messages.filter(({ role }) => role === 'assistant').length;
  const turn = Math.max(baseTurn, replies, 1);
  return hasToolResults ? turn + 1 : turn;
}

function readScript(map: Record<string, unknown>, where: string): Script {
  const turns = new Map<number, ScriptedReply>();
  for (const [key, value] of Object.entries(
    readMap(map.turns, `${where}.turns`),
  )) {
    if (!/^-?\d+$/.test(key)) {
      throw new FormError(
        `${where}.turns has ${JSON.stringify(key)}: allowed are whole numbers`,
      );
    }
    const reply = readReply(value);
    if (reply) turns.set(Number(key), reply);
  }
  const steps = new Map<string, ScriptedReply>();
  for (const [key, value] of Object.entries(
    readMap(map.steps, `${where}.steps`),
  )) {
    const reply = readReply(value);
    if (reply) steps.set(key, reply);
  }
  return {
    defaultResponse: readDefault(map, `${where}.defaultResponse`),
    turns,
    steps,
  };
}

/** A value that is neither text nor map is no answer. */
function readReply(value: unknown): ScriptedReply | undefined {
  if (typeof value === 'string') return { text: value, toolCalls: [] };
  const map = asMap(value);
  if (!map) return undefined;
  const text = [map.content, map.text, map.response].find(
    entry => typeof entry === 'string',
  );
  const calls = Array.isArray(map.tool_calls) ? map.tool_calls : [];
  return {
    text: typeof text === 'string' ? text : '',
    toolCalls: calls.flatMap(call => {
      const entry = asMap(call);
      if (!entry || typeof entry.name !== 'string') return [];
      return [{ name: entry.name, arguments: asMap(entry.arguments) ?? {} }];
    }),
  };
}

/** What is answered where nothing is scripted. An empty text leaves it to the next fallback. */
function readDefault(
  { defaultResponse: value }: Record<string, unknown>,
  where: string,
): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'object') {
    throw new FormError(
      `${where} is ${JSON.stringify(value)}: allowed are texts`,
    );
  }
  return String(value);
}
