import { isDeepStrictEqual } from 'node:util';
import { CheckOutcome, verdict } from '../Check';
import { CheckParams } from '../CheckParams';

/** Holds what an expression found against the constraints of a check. */
export function judgeFound(found: unknown, params: CheckParams): CheckOutcome {
  const shown = shorten(found);
  if (
    params.has('expected') &&
    !isDeepStrictEqual(found, params.raw('expected'))
  ) {
    return verdict(
      false,
      `Found ${shown}, expected ${shorten(params.raw('expected'))}`,
    );
  }
  const wanted = params.list('contains');
  if (wanted) {
    const present = Array.isArray(found) ? found : [];
    const missing = wanted.filter(
      entry => !present.some(other => isDeepStrictEqual(entry, other)),
    );
    if (!Array.isArray(found) || missing.length > 0) {
      return verdict(false, `${shown} does not contain ${shorten(missing)}`);
    }
  }
  const [min, max] = [params.number('min'), params.number('max')];
  if (min !== undefined || max !== undefined) {
    const fits =
      typeof found === 'number' &&
      found >= (min ?? -Infinity) &&
      found <= (max ?? Infinity);
    if (!fits) {
      return verdict(
        false,
        `${shown} is not between ${min ?? '-∞'} and ${max ?? '∞'}`,
      );
    }
  }
  const [atLeast, atMost] = [
    params.limit('min_results'),
    params.limit('max_results'),
  ];
  if (atLeast !== undefined || atMost !== undefined) {
    const fits =
      Array.isArray(found) &&
      found.length >= (atLeast ?? 0) &&
      found.length <= (atMost ?? Infinity);
    if (!fits) {
      return verdict(
        false,
        `${shown} does not have ${atLeast ?? 0} to ${atMost ?? '∞'} elements`,
      );
    }
  }
  return verdict(true, `Found ${shown}`);
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
