import { Document } from 'yaml';
import { z } from 'zod/v4';
import { YamlFile } from '../bundle/YamlFile';
import { mockTurn } from '../providers/mock/MockScript';
import { SavedConversation, SavedMessage } from './SavedConversation';

type ScriptedTurn =
  | string
  | {
      type: 'tool_calls';
      content: string;
      tool_calls: Array<{ name: string; arguments: Record<string, unknown> }>;
    };

/** Everything beside turns is kept as it was. */
const mockFileSchema = z.looseObject({
  scenarios: z
    .record(
      z.string(),
      z.looseObject({
        turns: z.record(z.string(), z.unknown()).nullish(),
      }),
    )
    .nullish(),
});

/**
 * Makes mock files of conversations: what the model said becomes what the mock says, under the numbers that the mock will ask for.
 *
 * @public
 */
export class MockFileBuilder {
  /** Conversations that the mock cannot repeat as they were. */
  readonly warnings: string[] = [];
  private readonly turns = new Map<string, Map<number, unknown>>();
  private readonly others: Record<string, unknown> = {};
  private readonly othersOf = new Map<string, Record<string, unknown>>();

  /**
   * Begins with what a mock file has.
   *
   * @throws Error when the text is no mock file.
   */
  addFile(text: string): void {
    const { problems, value } = new YamlFile('mock file', text);
    const parsed = mockFileSchema.safeParse(value ?? {});
    if (problems.length > 0 || !parsed.success) {
      throw new Error(
        `The file is no mock file${
          problems.length > 0 ? `: ${problems[0].message}` : ''
        }`,
      );
    }
    const { scenarios, ...others } = parsed.data;
    Object.assign(this.others, others);
    for (const [id, script] of Object.entries(scenarios ?? {})) {
      const { turns, ...rest } = script;
      this.othersOf.set(id, rest);
      for (const [number, turn] of Object.entries(turns ?? {})) {
        this.turnsOf(id).set(Number(number), turn);
      }
    }
  }

  /** Adds the replies of a conversation. What an earlier one of the scenario said under the same numbers is replaced. */
  add({ id, scenario, messages, streamed }: SavedConversation): void {
    const turns = this.turnsOf(scenario);
    const used = new Set<number>();
    let base = 1;
    for (const [index, message] of messages.entries()) {
      const history = messages.slice(0, index);
      if (message.role === 'user') {
        base = baseTurn([...history, message], streamed);
      } else if (message.role === 'assistant') {
        const number = mockTurn(base, history, true);
        // Where turns are streamed, the mock counts two rounds of tools alike once there was an earlier one.
        if (used.has(number)) {
          this.warnings.push(
            `${id}: the mock asks for answer ${number} twice, and is given the second one`,
          );
        }
        used.add(number);
        turns.set(number, toScript(message));
      }
    }
  }

  /** The answer where nothing is scripted. */
  setDefaultResponse(text: string): void {
    this.others.defaultResponse = text;
  }

  get scenarioIds(): string[] {
    return [...this.turns.keys()];
  }

  /** How many answers there are. */
  get size(): number {
    return [...this.turns.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** The file as YAML; of one scenario alone on request. */
  toYaml(scenarioId?: string): string {
    const ids =
      scenarioId === undefined
        ? [...new Set([...this.othersOf.keys(), ...this.turns.keys()])]
        : [scenarioId];
    const scenarios = ids.map(id => {
      const turns = this.turns.get(id);
      return [
        id,
        {
          ...this.othersOf.get(id),
          ...(turns
            ? { turns: new Map([...turns].sort(([a], [b]) => a - b)) }
            : {}),
        },
      ];
    });
    const file = { ...this.others, scenarios: Object.fromEntries(scenarios) };
    // A value that stands twice is written twice: people edit these files.
    return new Document(file, { aliasDuplicateObjects: false }).toString({
      lineWidth: 0,
    });
  }

  private turnsOf(scenario: string): Map<number, unknown> {
    const known = this.turns.get(scenario);
    if (known) return known;
    const created = new Map<number, unknown>();
    this.turns.set(scenario, created);
    return created;
  }
}

/** The number that the mock fixes when a user speaks. */
function baseTurn(
  messages: readonly SavedMessage[],
  streamed: boolean,
): number {
  const count = (role: SavedMessage['role']) =>
    messages.filter(message => message.role === role).length;
  const replies = count('assistant');
  return streamed && replies > 0 ? replies + 1 : count('user');
}

function toScript({ content, toolCalls }: SavedMessage): ScriptedTurn {
  if (!toolCalls?.length) return content;
  return { type: 'tool_calls', content, tool_calls: toolCalls };
}
