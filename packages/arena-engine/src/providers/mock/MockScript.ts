import path from 'node:path';
import { readText } from '../../bundle/readText';
import { YamlFile } from '../../bundle/YamlFile';
import { asMap } from '../../checks/CheckParams';
import { ConversationMessage } from '../../conversation/messages';
import { ScriptPosition } from '../ChatProvider';

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
  ) {}

  static readonly EMPTY = new MockScript(undefined, new Map(), new Map());

  /** @throws Error when the file cannot be read or is not YAML. */
  static async read(file: string): Promise<MockScript> {
    const name = path.basename(file);
    const yaml = new YamlFile(name, await readText(name, file));
    const [fault] = yaml.problems;
    if (fault) {
      throw new Error(
        `${name}:${fault.line}:${fault.column}: ${fault.message}`,
      );
    }
    const root = asMap(yaml.value) ?? {};
    return new MockScript(
      text(root.defaultResponse),
      readScripts(root.scenarios),
      readScripts(root.selfplay),
    );
  }

  /**
   * The answer at a place of a conversation, by the documented order of fallbacks.
   *
   * @param at - absent for calls that no scenario scripts
   */
  reply(
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

function readScripts(value: unknown): Map<string, Script> {
  return new Map(
    Object.entries(asMap(value) ?? {}).flatMap(([id, entry]) => {
      const map = asMap(entry);
      return map ? [[id, readScript(map)]] : [];
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

function readScript(map: Record<string, unknown>): Script {
  const turns = new Map<number, ScriptedReply>();
  for (const [key, value] of Object.entries(asMap(map.turns) ?? {})) {
    const reply = readReply(value);
    if (reply) turns.set(Number(key), reply);
  }
  const steps = new Map<string, ScriptedReply>();
  for (const [key, value] of Object.entries(asMap(map.steps) ?? {})) {
    const reply = readReply(value);
    if (reply) steps.set(key, reply);
  }
  return { defaultResponse: text(map.defaultResponse), turns, steps };
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
