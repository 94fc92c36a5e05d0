import { RelevancePolicy } from '../bundle/schemas/scenario';
import { ContextFit, firstThatFits, tooLarge } from './measureContext';
import { ConversationMessage } from '../conversation/messages';

const DEFAULT_RECENT = 3;
const DEFAULT_LAST_N = 3;

/** Messages that only make sense together: a reply with the results of its tool calls. */
interface Unit {
  from: number;
  to: number;
  size: number;
  text: string;
}

/** What messages are compared with. */
export function relevanceQuery(
  messages: readonly ConversationMessage[],
  relevance: RelevancePolicy,
): string {
  switch (relevance.query_source) {
    case 'custom':
      return relevance.custom_query ?? '';
    case 'last_n':
      return messages
        .slice(-(relevance.last_n_count ?? DEFAULT_LAST_N))
        .map(({ content }) => content)
        .join('\n');
    default:
      return messages.findLast(({ role }) => role === 'user')?.content ?? '';
  }
}

/**
 * Keeps the newest messages, and of the others those that are nearest to the query, in their order.
 *
 * @param embed - vectors of texts, in their order
 * @throws LimitReached when the current message does not fit.
 */
export async function keepRelevant(
  messages: readonly ConversationMessage[],
  { available, sizes }: ContextFit,
  relevance: RelevancePolicy,
  embed: (texts: readonly string[]) => Promise<number[][]>,
): Promise<ConversationMessage[]> {
  const units = unitsOf(messages, sizes);
  const recentFrom =
    messages.length - (relevance.min_recent_messages ?? DEFAULT_RECENT);
  // The unit of the current message is among the recent ones whatever their number.
  const split = Math.min(
    units.findIndex(({ to }) => to > recentFrom),
    units.length - 1,
  );
  const start = split < 0 ? units.length - 1 : split;
  const recent = units.slice(start);
  const fitting = recent.slice(
    firstThatFits(
      recent.map(({ size }) => size),
      available,
    ),
  );
  if (fitting.length === 0) throw tooLarge(sizes, available);
  let left = available - fitting.reduce((sum, { size }) => sum + size, 0);
  const older = units.slice(0, start).filter(({ text }) => text.trim() !== '');
  const chosen = new Set(fitting);
  const query = relevanceQuery(messages, relevance);
  if (older.length > 0 && query.trim() !== '') {
    const [target, ...vectors] = await embed([
      query,
      ...older.map(({ text }) => text),
    ]);
    const ranked = older
      .map((unit, index) => ({ unit, score: cosine(target, vectors[index]) }))
      .filter(({ score }) => score >= (relevance.similarity_threshold ?? 0))
      .sort((a, b) => b.score - a.score);
    for (const { unit } of ranked) {
      if (unit.size > left) continue;
      left -= unit.size;
      chosen.add(unit);
    }
  }
  return units
    .filter(unit => chosen.has(unit))
    .flatMap(({ from, to }) => messages.slice(from, to));
}

function unitsOf(
  messages: readonly ConversationMessage[],
  sizes: readonly number[],
): Unit[] {
  const units: Unit[] = [];
  for (const [index, { role, content }] of messages.entries()) {
    const last = units[units.length - 1];
    if (role === 'tool' && last) {
      last.to = index + 1;
      last.size += sizes[index];
      last.text += `\n${content}`;
    } else {
      units.push({
        from: index,
        to: index + 1,
        size: sizes[index],
        text: content,
      });
    }
  }
  return units;
}

function cosine(a: readonly number[], b: readonly number[]): number {
  let dot = 0;
  let lengthA = 0;
  let lengthB = 0;
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    dot += a[index] * b[index];
    lengthA += a[index] ** 2;
    lengthB += b[index] ** 2;
  }
  return lengthA && lengthB ? dot / Math.sqrt(lengthA * lengthB) : 0;
}
