import { RecordingType } from '../../bundle/schemas/eval';
import { YamlFile } from '../../bundle/YamlFile';
import { asMap } from '../../checks/CheckParams';
import { ConversationMessage } from '../../conversation/messages';
import { isTextTooDeep, MAX_DEPTH } from '../../text/jsonDepth';
import { Quirks, STRICT } from '../../quirks/quirks';
import { readMessage, SavedMessage } from './readMessage';

/** A conversation that was saved earlier. */
export interface Recording {
  system: string;
  messages: ConversationMessage[];
  /** Names of judges that the conversation asks for. */
  judges: string[];
}

const BY_NAME: ReadonlyArray<readonly [RegExp, RecordingType]> = [
  [/\.recording\.json$/, 'session'],
  [/\.arena(-output)?\.json$/, 'arena_output'],
  [/\.transcript\.ya?ml$/, 'transcript'],
];

const MESSAGE_EVENTS = new Set(['message', 'message.created']);

/** Checks of turns look at all that was said before, so that their work grows with the square of this. */
const MAX_MESSAGES = 10_000;

/**
 * Reads a saved conversation.
 *
 * @param type - absent: what the name of the file says, else `generic`
 * @throws Error when it is none, or has messages that cannot be read.
 */
export function readRecording(
  text: string,
  file: string,
  type: RecordingType | undefined,
  quirks: Quirks = STRICT,
): Recording {
  const known =
    type ?? BY_NAME.find(([pattern]) => pattern.test(file))?.[1] ?? 'generic';
  const root = parse(text, file);
  const saved = messagesOf(root, known);
  if (!saved) {
    throw new Error(`"${file}" is no saved conversation of type ${known}`);
  }
  if (saved.length > MAX_MESSAGES) {
    throw new Error(
      `"${file}" has ${saved.length} messages: allowed are at most ${MAX_MESSAGES}`,
    );
  }
  const messages = saved.flatMap((entry, index) => {
    try {
      return readMessage(entry, quirks);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`"${file}": message ${index + 1} ${reason}`);
    }
  });
  const recording = toRecording(messages);
  if (recording.messages.length === 0) {
    throw new Error(`"${file}" has no messages`);
  }
  return { ...recording, judges: judgesOf(root) };
}

function messagesOf(root: unknown, type: RecordingType): unknown[] | undefined {
  const map = asMap(root) ?? {};
  switch (type) {
    case 'session':
      return listOf(map.events)?.flatMap(messageOfEvent);
    case 'arena_output':
      return listOf(map.Messages) ?? listOf(map.messages);
    case 'transcript':
      return listOf(map.messages);
    default:
      return (
        listOf(root) ??
        listOf(map.messages) ??
        listOf(map.Messages) ??
        listOf(map.events)?.flatMap(messageOfEvent)
      );
  }
}

/** An event is a message, or has one in it. */
function messageOfEvent(event: unknown): unknown[] {
  const map = asMap(event);
  if (!map || !MESSAGE_EVENTS.has(String(map.type))) return [];
  const data = asMap(map.data) ?? asMap(map.payload) ?? map;
  return [asMap(data.message) ?? asMap(map.message) ?? data];
}

/** Numbers the turns, and gives results the names of the calls that they answer. */
function toRecording(
  saved: readonly SavedMessage[],
): Pick<Recording, 'system' | 'messages'> {
  let system = '';
  let turn = -1;
  const names = new Map<string, string>();
  const messages: ConversationMessage[] = [];
  for (const message of saved) {
    if (message.role === 'system') {
      system ||= message.content;
      continue;
    }
    if (message.role === 'user') turn += 1;
    message.toolCalls?.forEach(({ id, name }) => names.set(id, name));
    const { toolResult } = message;
    messages.push({
      ...message,
      turn: Math.max(turn, 0),
      ...(toolResult
        ? {
            toolResult: {
              ...toolResult,
              name: toolResult.name || names.get(toolResult.id) || '',
            },
          }
        : {}),
    });
  }
  return { system, messages };
}

function judgesOf(root: unknown): string[] {
  const targets = asMap(asMap(root)?.metadata)?.judge_targets;
  if (Array.isArray(targets)) {
    return targets.filter(target => typeof target === 'string');
  }
  return Object.keys(asMap(targets) ?? {});
}

/** JSON, lines of JSON, or YAML. */
function parse(text: string, file: string): unknown {
  if (/^\s*[[{]/.test(text)) {
    if (isTextTooDeep(text)) {
      throw new Error(`"${file}" is nested more than ${MAX_DEPTH} levels deep`);
    }
    try {
      return JSON.parse(text);
    } catch (error) {
      const lines = parseLines(text);
      if (lines) return lines;
      if (file.endsWith('.json')) {
        throw new Error(`"${file}" is not JSON: ${error}`);
      }
    }
  }
  const yaml = new YamlFile(file, text);
  const [problem] = yaml.problems;
  if (problem) throw new Error(`"${file}": ${problem.message}`);
  return yaml.value;
}

function parseLines(text: string): unknown[] | undefined {
  try {
    return text
      .split('\n')
      .filter(line => line.trim())
      .map((line): unknown => JSON.parse(line));
  } catch {
    return undefined;
  }
}

function listOf(value: unknown): unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}
