import { CheckResult, Transcript } from '@backstage-arena/plugin-arena-common';

/** What a check said: it ran or not, and with which end. */
export type CheckVerdict = 'passed' | 'failed' | 'skipped';

/** A check whose verdict is not what it was in the baseline. */
export interface FlippedCheck {
  type: string;
  /** Zero-based user turn; absent for checks of the conversation. */
  turn?: number;
  before: CheckVerdict;
  after: CheckVerdict;
  /** What was found this time. */
  explanation: string;
}

interface FoundCheck {
  check: CheckResult;
  turn?: number;
}

/** Checks of both transcripts with another verdict. The same check twice is told apart by its order. */
export function flippedChecks(
  before: Transcript,
  after: Transcript,
): FlippedCheck[] {
  const old = checksOf(before);
  return [...checksOf(after)].flatMap(([name, { check, turn }]) => {
    const past = old.get(name);
    if (!past) return [];
    const verdicts = {
      before: verdictOf(past.check),
      after: verdictOf(check),
    };
    if (verdicts.before === verdicts.after) return [];
    const { type, explanation } = check;
    return [{ type, turn, ...verdicts, explanation }];
  });
}

function checksOf({ checks, messages }: Transcript): Map<string, FoundCheck> {
  const all: FoundCheck[] = [
    ...checks.map(check => ({ check })),
    ...messages.flatMap(({ checks: own = [], turn }) =>
      own.map(check => ({ check, turn })),
    ),
  ];
  const found = new Map<string, FoundCheck>();
  for (const one of all) {
    const { type, level, params } = one.check;
    const identity = JSON.stringify([level, one.turn, type, params]);
    let count = 0;
    while (found.has(`${identity} ${count}`)) count += 1;
    found.set(`${identity} ${count}`, one);
  }
  return found;
}

function verdictOf({ skipped, passed }: CheckResult): CheckVerdict {
  if (skipped) return 'skipped';
  return passed ? 'passed' : 'failed';
}
