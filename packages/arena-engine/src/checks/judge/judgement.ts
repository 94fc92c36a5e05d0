import { Quirks } from '../../quirks/quirks';
import { CheckOutcome } from '../Check';
import { asMap } from '../CheckParams';

/** How a judgement has to look. */
export const REPLY_FORMAT =
  'Answer with one JSON object and nothing else: {"passed": true or false, "score": a number from 0 (worst) to 1 (best), "reasoning": "one or two sentences"}.';

const MAX_REASONING = 1_000;

/** Reads a judgement: the object between the first and the last brace of an answer. The score alone decides. */
export function readJudgement(answer: string, quirks: Quirks): CheckOutcome {
  const judgement = parse(answer);
  const { score, passed } = judgement ?? {};
  if (
    !judgement ||
    (score !== undefined && score !== null && typeof score !== 'number')
  ) {
    const explanation = `The judgement cannot be read: ${shorten(answer)}`;
    return quirks.unclearJudgementScores
      ? { score: 0.5, explanation }
      : { invalid: true, explanation };
  }
  const reasoning = reasonOf(judgement);
  if (typeof score === 'number') {
    // A judge that uses another scale would pass with its worst score.
    if (!quirks.scoresClamped && (score < 0 || score > 1)) {
      return {
        invalid: true,
        explanation: `The judgement cannot be read: its score ${score} is not between 0 and 1`,
      };
    }
    return { score: Math.min(1, Math.max(0, score)), explanation: reasoning };
  }
  if (quirks.unclearJudgementScores) {
    return { score: 0, explanation: `No score was given. ${reasoning}` };
  }
  return typeof passed === 'boolean'
    ? { score: passed ? 1 : 0, explanation: reasoning }
    : {
        invalid: true,
        explanation: `The judgement has neither score nor passed: ${shorten(
          answer,
        )}`,
      };
}

function parse(answer: string): Record<string, unknown> | undefined {
  const start = answer.indexOf('{');
  const end = answer.lastIndexOf('}');
  if (start < 0 || end < start) return undefined;
  try {
    return asMap(JSON.parse(answer.slice(start, end + 1)));
  } catch {
    // Not JSON: the caller says so.
    return undefined;
  }
}

function reasonOf({ reasoning, reason, explanation }: Record<string, unknown>) {
  const text = [reasoning, reason, explanation].find(
    entry => typeof entry === 'string' && entry.trim() !== '',
  );
  return typeof text === 'string'
    ? text.slice(0, MAX_REASONING)
    : 'The judge gave no reason';
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 197)}...` : text);
}
