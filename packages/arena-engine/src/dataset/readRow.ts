import {
  GeneratedRow,
  MAX_REJECT_TEXT,
  MAX_ROW_LENGTH,
} from '@backstage-arena/plugin-arena-common/run';
import { asMap } from '../checks/CheckParams';
import { readJsonReply } from '../checks/json/parseReply';
import { ConversationMessage } from '../conversation/messages';
import { ValidateJson } from '../text/jsonSchema';

const MAX_MESSAGE = 1_000;
const MAX_PROBLEMS = 3;

/**
 * Makes a row of a conversation: of a dialogue with a simulated user its messages, otherwise the last reply, which is a JSON object (a fenced
 * block is taken out) or becomes `{"text": ...}`.
 *
 * @param validate - of the schema of rows, if there is one
 */
export function readRow(
  messages: readonly ConversationMessage[],
  validate: ValidateJson | undefined,
): GeneratedRow {
  const persona = messages.find(({ selfPlay }) => selfPlay)?.selfPlay?.persona;
  const common = persona === undefined ? {} : { persona };
  const reply = messages.findLast(({ role }) => role === 'assistant');
  const text = reply?.content ?? '';
  const reject = (
    reason: NonNullable<GeneratedRow['reject']>['reason'],
    message: string,
  ): GeneratedRow => ({
    ...common,
    reject: {
      reason,
      message: message.slice(0, MAX_MESSAGE),
      text: text.slice(0, MAX_REJECT_TEXT),
    },
  });

  const dialogue = persona !== undefined;
  const json = dialogue ? undefined : readJsonReply(text);
  const parsed = json && 'value' in json ? asMap(json.value) : undefined;
  const row = dialogue
    ? { messages: dialogueOf(messages) }
    : parsed ?? { text };
  const problems = validate?.(row) ?? [];
  if (problems.length > 0) {
    // Of a text that was to be an object, the object's missing fields say little.
    return json && !parsed
      ? reject(
          'invalidJson',
          'error' in json ? json.error : 'The reply is JSON, but no object',
        )
      : reject('schema', problems.slice(0, MAX_PROBLEMS).join('; '));
  }
  if (!dialogue && text.trim() === '') {
    return reject('invalidJson', 'The reply is empty');
  }
  const written = JSON.stringify(row);
  if (written.length > MAX_ROW_LENGTH) {
    return reject(
      'tooLarge',
      `The row has ${written.length} characters: at most ${MAX_ROW_LENGTH} are allowed`,
    );
  }
  return { ...common, row: written };
}

/** What was said, without what tools did. */
function dialogueOf(messages: readonly ConversationMessage[]) {
  return messages.flatMap(({ role, content }) =>
    role === 'tool' || content === '' ? [] : [{ role, content }],
  );
}
