import { asMap } from '../../checks/CheckParams';
import { nearMiss } from '../../text/suggest';
import { below, LintReport, Place } from './LintReport';

/** What the answers of a script are given to. */
export interface MockTurnContext {
  /** Names of the bundle's tools. */
  tools?: readonly string[];
  /** The scenario's model is given no tools. */
  hasNoTools?: boolean;
  /** The mock plays the user. */
  playsUser?: boolean;
}

const TEXTS = ['content', 'text', 'response'];
const KEYS = [
  ...TEXTS,
  'type',
  'tool_calls',
  'parts',
  'audio_file',
  'audio_sample_rate',
  'audio_mime_type',
];
const TYPES = ['text', 'tool_calls', 'multimodal'];
const ELSEWHERE = /^(a2a__|workflow__|memory__|skill__|image__|video__|mcp__)/;

/** One scripted answer. */
export function lintMockTurn(
  value: unknown,
  at: Place,
  context: MockTurnContext,
  report: LintReport,
): void {
  if (typeof value === 'string') return;
  const turn = asMap(value);
  if (!turn) {
    report.error(at, 'An answer is a text or a map');
    return;
  }
  for (const key of Object.keys(turn)) {
    if (KEYS.includes(key)) continue;
    report.warn(
      below(at, key),
      `"${key}" is not read: known are ${KEYS.join(', ')}`,
      { key: true, suggestion: nearMiss(key, KEYS) },
    );
  }
  if (turn.type !== undefined && !TYPES.includes(String(turn.type))) {
    report.warn(
      below(at, 'type'),
      `Unknown type ${JSON.stringify(turn.type)}: known are ${TYPES.join(
        ', ',
      )}`,
      { suggestion: nearMiss(String(turn.type), TYPES) },
    );
  }
  const texts = TEXTS.filter(key => Object.hasOwn(turn, key));
  for (const key of texts.slice(1)) {
    report.warn(
      below(at, key),
      `${key} has no effect: ${texts[0]} takes its place`,
      { key: true },
    );
  }
  if (Array.isArray(turn.parts) && turn.parts.length > 0) {
    report.warn(
      below(at, 'parts'),
      'parts have no effect: the answer is its text alone',
      { key: true },
    );
  }
  lintCalls(turn.tool_calls, below(at, 'tool_calls'), context, report);
}

function lintCalls(
  value: unknown,
  at: Place,
  context: MockTurnContext,
  report: LintReport,
): void {
  if (value === undefined || value === null) return;
  if (!Array.isArray(value)) {
    report.error(at, 'tool_calls is a list of {name, arguments}');
    return;
  }
  if (value.length === 0) return;
  if (context.playsUser) {
    report.warn(at, 'tool_calls have no effect: users call no tools', {
      key: true,
    });
    return;
  }
  if (context.hasNoTools) {
    report.warn(
      at,
      'tool_calls have no effect: the prompt of the scenario allows no tools',
      { key: true },
    );
    return;
  }
  for (const [index, entry] of value.entries()) {
    const name = asMap(entry)?.name;
    if (typeof name !== 'string') {
      report.error(below(at, index), 'A call needs the name of a tool');
    } else if (!ELSEWHERE.test(name) && !context.tools?.includes(name)) {
      report.warn(
        below(at, index, 'name'),
        `No tool of the bundle is called "${name}"`,
        { suggestion: nearMiss(name, context.tools ?? []) },
      );
    }
  }
}
