import { z } from 'zod/v4';
import { checkNames, findCheck } from '../checks/registry';
import { QUIRKS } from '../quirks/quirks';
import { nearMiss } from '../text/suggest';

/** What there is to know of a kind of check. @public */
export interface CheckExplanation {
  type: string;
  aliases: string[];
  summary: string;
  /** What of a conversation it looks at. */
  reads: string;
  scoring: string;
  /** JSON Schema of the parameters. */
  parameters: Record<string, unknown>;
  /** Parameters of an example. */
  example: Readonly<Record<string, unknown>>;
  /** Where compatible runs differ from strict ones. */
  quirks: Array<{ compatible: string; strict: string }>;
}

/** Names and aliases of all checks, sorted. @public */
export function listChecks(): string[] {
  return checkNames().sort();
}

/**
 * Explains a check by its name or an alias.
 *
 * @throws Error for an unknown name, with what was probably meant.
 * @public
 */
export function explainCheck(name: string): CheckExplanation {
  const check = findCheck(name);
  if (!check) {
    const guess = nearMiss(name, checkNames());
    throw new Error(
      `There is no check "${name}".${guess ? ` Did you mean "${guess}"?` : ''}`,
    );
  }
  return {
    type: check.type,
    aliases: [...(check.aliases ?? [])],
    summary: check.summary,
    reads: check.reads,
    scoring: check.scoring,
    parameters: z.toJSONSchema(check.params, {
      target: 'draft-7',
      io: 'input',
      unrepresentable: 'any',
    }),
    example: check.example,
    quirks: (check.quirks ?? []).map(quirk => {
      const { compatible, strict } = QUIRKS[quirk];
      return { compatible, strict };
    }),
  };
}
