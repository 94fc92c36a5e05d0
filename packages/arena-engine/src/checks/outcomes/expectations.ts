import { Quirks } from '../../quirks/quirks';
import { CheckOutcome, constant, RunCheck, verdict } from '../Check';
import { quoted } from '../quoted';

export const nothingExpected: RunCheck = constant({
  score: 1,
  explanation: 'Nothing is expected',
});

/** The set of tools that were called is the expected one. */
export function expectTools(expected: readonly string[]): RunCheck {
  if (expected.length === 0) return nothingExpected;
  const wanted = new Set(expected);
  return ({ toolCalls }): CheckOutcome => {
    const actual = new Set(toolCalls.map(({ name }) => name));
    const same =
      actual.size === wanted.size &&
      [...wanted].every(name => actual.has(name));
    return verdict(
      same,
      same
        ? 'The tools called are the expected ones'
        : `Called were ${quoted([...actual]) || 'none'}, expected ${quoted([
            ...wanted,
          ])}`,
    );
  };
}

/** The workflow is in the expected state. */
export function expectState(expected: string, quirks: Quirks): RunCheck {
  if (expected === '') return nothingExpected;
  return ({ workflow }) => {
    if (!workflow || quirks.finalStateUnknown) {
      return verdict(false, 'There is no state to compare');
    }
    return verdict(
      workflow.current === expected,
      `The workflow is in state ${workflow.current}, expected ${expected}`,
    );
  };
}
