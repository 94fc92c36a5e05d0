import { z } from 'zod/v4';
import { isTextTooDeep, MAX_DEPTH } from '../text/jsonDepth';
import { SavedCheck, SavedConversation } from './SavedConversation';

const map = z.record(z.string(), z.unknown());

const check = z.looseObject({
  type: z.string(),
  passed: z.boolean(),
  skipped: z.boolean().optional(),
  params: map.nullish(),
  message: z.string().optional(),
});

/** A line of transcripts.jsonl. */
const transcript = z.looseObject({
  version: z.literal(1),
  scenario: z.string(),
  provider: z.string(),
  region: z.string(),
  variant: z.int(),
  trial: z.int(),
  messages: z.array(
    z.looseObject({
      role: z.enum(['system', 'user', 'assistant', 'tool']),
      content: z.string(),
      toolCalls: z
        .array(z.looseObject({ name: z.string(), arguments: map }))
        .optional(),
      ttftMs: z.number().optional(),
      checks: z.array(check).optional(),
    }),
  ),
  checks: z.array(check),
  error: z.looseObject({ message: z.string() }).optional(),
  truncated: z.boolean().optional(),
});

/** Result of a check in the original's run files; `config` is there for checks of turns. */
const originalCheck = z.looseObject({
  type: z.string().optional(),
  passed: z.boolean(),
  message: z.string().nullish(),
  details: map.nullish(),
  config: z.looseObject({ type: z.string(), params: map.nullish() }).nullish(),
});

/** A run file of the original engine. */
const originalRun = z.looseObject({
  RunID: z.string(),
  ScenarioID: z.string(),
  ProviderID: z.string(),
  Error: z.string().nullish(),
  Messages: z
    .array(
      z.looseObject({
        role: z.enum(['system', 'user', 'assistant', 'tool']),
        content: z.string().nullish(),
        parts: z
          .array(
            z.looseObject({ type: z.string(), text: z.string().nullish() }),
          )
          .nullish(),
        tool_calls: z
          .array(z.looseObject({ name: z.string(), args: z.unknown() }))
          .nullish(),
        meta: z
          .looseObject({
            assertions: z
              .looseObject({ results: z.array(originalCheck).nullish() })
              .nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
  conversation_assertions: z
    .looseObject({ results: z.array(originalCheck).nullish() })
    .nullish(),
});

/**
 * Reads a saved conversation: a line of our transcripts, or a run file of the original engine.
 *
 * @returns Undefined for JSON that is neither.
 * @throws Error when it is one of them, but not whole.
 */
export function readConversation(
  value: unknown,
): SavedConversation | undefined {
  if (has(value, 'RunID') && has(value, 'ScenarioID')) {
    return fromOriginal(parse(originalRun, value, 'run file'));
  }
  if (has(value, 'version') && has(value, 'messages')) {
    return fromTranscript(parse(transcript, value, 'transcript'));
  }
  return undefined;
}

function fromTranscript(saved: z.output<typeof transcript>): SavedConversation {
  const { scenario, provider, region, variant, trial } = saved;
  return {
    id: [scenario, provider, region, variant + 1, trial + 1].join('-'),
    scenario,
    provider,
    messages: saved.messages.flatMap(({ role, content, toolCalls, checks }) =>
      role === 'system'
        ? []
        : [
            {
              role,
              content,
              ...(toolCalls?.length
                ? {
                    toolCalls: toolCalls.map(call => ({
                      name: call.name,
                      arguments: call.arguments,
                    })),
                  }
                : {}),
              ...(checks ? { checks: checks.map(toSavedCheck) } : {}),
            },
          ],
    ),
    checks: saved.checks.map(toSavedCheck),
    streamed: saved.messages.some(({ ttftMs }) => ttftMs !== undefined),
    ...(saved.error ? { error: saved.error.message } : {}),
    ...(saved.truncated ? { truncated: true } : {}),
  };
}

function toSavedCheck({
  type,
  passed,
  skipped,
  params,
  message,
}: z.output<typeof check>): SavedCheck {
  return {
    type,
    passed,
    ...(skipped ? { skipped } : {}),
    ...(params ? { params } : {}),
    ...(message === undefined ? {} : { message }),
  };
}

function fromOriginal(saved: z.output<typeof originalRun>): SavedConversation {
  return {
    id: saved.RunID,
    scenario: saved.ScenarioID,
    provider: saved.ProviderID,
    messages: (saved.Messages ?? []).flatMap(message => {
      const { role, content, parts, tool_calls: calls, meta } = message;
      if (role === 'system') return [];
      const text = content || (parts ?? []).map(p => p.text ?? '').join('');
      const results = meta?.assertions?.results;
      return [
        {
          role,
          content: text,
          ...(calls?.length
            ? {
                toolCalls: calls.map(({ name, args }) => ({
                  name,
                  arguments: readArguments(args),
                })),
              }
            : {}),
          ...(results ? { checks: results.map(fromOriginalCheck) } : {}),
        },
      ];
    }),
    checks: (saved.conversation_assertions?.results ?? []).map(
      fromOriginalCheck,
    ),
    // The original's files do not tell.
    streamed: false,
    ...(saved.Error ? { error: saved.Error } : {}),
  };
}

function fromOriginalCheck(saved: z.output<typeof originalCheck>): SavedCheck {
  const params = saved.config?.params;
  return {
    type: saved.config?.type ?? saved.type ?? '',
    passed: saved.passed,
    ...(saved.details?.skipped === true ? { skipped: true } : {}),
    ...(params ? { params } : {}),
  };
}

/** Arguments are a map, or the JSON text of one. */
function readArguments(value: unknown): Record<string, unknown> {
  let parsed = value;
  if (typeof value === 'string') {
    if (isTextTooDeep(value)) {
      throw new Error(
        `arguments of a tool are nested more than ${MAX_DEPTH} levels deep`,
      );
    }
    try {
      parsed = JSON.parse(value);
    } catch {
      parsed = undefined;
    }
  }
  const result = map.safeParse(parsed ?? {});
  return result.success ? result.data : {};
}

function has(value: unknown, key: string): boolean {
  return (
    value !== null && typeof value === 'object' && Object.hasOwn(value, key)
  );
}

function parse<S extends z.ZodType>(
  schema: S,
  value: unknown,
  what: string,
): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(
    `The ${what} is not whole: ${issue.path.join('.')}: ${issue.message}`,
  );
}
