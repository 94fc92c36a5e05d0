import { Redactor } from '../createRedactor';

/** One redactor after the other. */
export function chainRedactors(...redactors: Redactor[]): Redactor {
  return {
    text: text => redactors.reduce((rest, one) => one.text(rest), text),
    json: json => redactors.reduce((rest, one) => one.json(rest), json),
  };
}
