import { goJson } from '../../text/goText';
import { CheckOutcome, CompositionView, RunCheck, verdict } from '../Check';
import { CheckParams } from '../CheckParams';
import { rejectThresholds } from '../rejectThresholds';

/** Looks at the last composition; a conversation without one is not what was asked for. */
export function compositionCheck(
  params: CheckParams,
  look: (composition: CompositionView) => CheckOutcome,
): RunCheck {
  return (
    rejectThresholds(params) ??
    (({ composition }) =>
      composition
        ? look(composition)
        : verdict(false, 'No composition has finished'))
  );
}

/** Compares an output, as JSON text and in this letter case, with what the parameters expect. */
export function compareOutput(
  name: string,
  output: unknown,
  params: CheckParams,
): CheckOutcome {
  const text = goJson(output);
  const shown = text.length > 200 ? `${text.slice(0, 197)}...` : text;
  const equals = params.string('equals');
  if (equals !== undefined && text !== equals) {
    return verdict(false, `${name} is ${shown}, expected ${equals}`);
  }
  const contains = params.string('contains');
  if (contains !== undefined && !text.includes(contains)) {
    return verdict(
      false,
      `${name} is ${shown}, which lacks ${JSON.stringify(contains)}`,
    );
  }
  return verdict(true, `${name} is ${shown}`);
}
