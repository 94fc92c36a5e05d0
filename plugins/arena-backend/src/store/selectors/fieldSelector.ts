import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { InputError } from '@backstage/errors';
import { Knex } from 'knex';
import { SELECTABLE_FIELDS } from './selectableFields';

export interface FieldRequirement {
  field: string;
  operator: '=' | '!=';
  value: string;
}

const SUPPORTED = Object.keys(SELECTABLE_FIELDS).join(', ');

/** Splits at commas that no backslash escapes, as Kubernetes does. */
function splitTerms(selector: string): string[] {
  return (selector.match(/(?:\\.|[^,\\])+|\\$/gs) ?? []).map(term =>
    term.trim(),
  );
}

/** Reads `metadata.name=x,status.phase!=Running`. @throws InputError */
export function parseFieldSelector(
  selector: string | undefined,
): FieldRequirement[] {
  return splitTerms(selector ?? '')
    .filter(term => term !== '')
    .map(term => {
      const match = /^([^=!]*)(==|=|!=)(.*)$/s.exec(term);
      if (!match) {
        throw new InputError(
          `fieldSelector: Invalid value: "${selector}": "${term}" is not of the form field=value or field!=value`,
        );
      }
      const field = match[1].trim();
      const value = match[3].trim().replace(/\\([\\,=])/g, '$1');
      if (!Object.hasOwn(SELECTABLE_FIELDS, field)) {
        throw new InputError(
          `fieldSelector: Invalid value: "${selector}": field label not supported: "${field}"; supported: ${SUPPORTED}`,
        );
      }
      if (value.includes('\0')) {
        throw new InputError(
          `fieldSelector: Invalid value: the value of ${field} contains a NUL character`,
        );
      }
      return { field, operator: match[2] === '!=' ? '!=' : '=', value };
    });
}

export function matchesFields(
  object: ArenaObject,
  requirements: readonly FieldRequirement[],
): boolean {
  return requirements.every(
    ({ field, operator, value }) =>
      (SELECTABLE_FIELDS[field].read(object) === value) === (operator === '='),
  );
}

/** Adds the requirements to a query on `resources as r`. */
export function whereFields(
  query: Knex.QueryBuilder,
  requirements: readonly FieldRequirement[],
): void {
  for (const { field, operator, value } of requirements) {
    query.where(`r.${SELECTABLE_FIELDS[field].column}`, operator, value);
  }
}
