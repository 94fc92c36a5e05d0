import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { InputError } from '@backstage/errors';
import { Knex } from 'knex';

export interface LabelRequirement {
  key: string;
  operator: 'in' | 'notin' | 'exists' | 'absent';
  values: string[];
}

const KEY =
  /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const SYMBOLS = new Set(['(', ')', ',', '=', '==', '!=', '!']);

function tokenize(selector: string): string[] {
  return selector.match(/==|!=|[=!(),]|[^\s=!(),]+/g) ?? [];
}

/**
 * Reads `a=b,c!=d,e in (f,g),h notin (i),j,!k` as kubectl does.
 *
 * @throws InputError
 */
export function parseLabelSelector(
  selector: string | undefined,
): LabelRequirement[] {
  const tokens = tokenize(selector ?? '');
  const requirements: LabelRequirement[] = [];
  let position = 0;

  const fail = (reason: string): never => {
    throw new InputError(
      `labelSelector: Invalid value: "${selector}": ${reason}`,
    );
  };
  const take = () => tokens[position++];
  const key = () => {
    const token = take();
    if (token === undefined || SYMBOLS.has(token) || !KEY.test(token)) {
      return fail(
        token === undefined
          ? 'a label key is missing at the end'
          : `"${token}" is not a label key`,
      );
    }
    return token;
  };
  const value = () => {
    // A value may be empty: "a=" and "a in (,b)".
    const next = tokens[position];
    if (next === undefined || next === ',' || next === ')') {
      return '';
    }
    position++;
    return VALUE.test(next) ? next : fail(`"${next}" is not a label value`);
  };
  const values = () => {
    if (take() !== '(') {
      fail('"in" and "notin" need values in parentheses');
    }
    const list = [value()];
    for (let token = take(); token !== ')'; token = take()) {
      if (token !== ',') {
        fail('a closing parenthesis is missing');
      }
      list.push(value());
    }
    return list;
  };

  const requirement = (): LabelRequirement => {
    if (tokens[position] === '!') {
      position++;
      return { key: key(), operator: 'absent', values: [] };
    }
    const name = key();
    switch (tokens[position]) {
      case undefined:
      case ',':
        return { key: name, operator: 'exists', values: [] };
      case '=':
      case '==':
        position++;
        return { key: name, operator: 'in', values: [value()] };
      case '!=':
        position++;
        return { key: name, operator: 'notin', values: [value()] };
      case 'in':
        position++;
        return { key: name, operator: 'in', values: values() };
      case 'notin':
        position++;
        return { key: name, operator: 'notin', values: values() };
      default:
        return fail(
          `"${tokens[position]}" is not an operator; allowed: =, ==, !=, in, notin`,
        );
    }
  };

  while (position < tokens.length) {
    requirements.push(requirement());
    if (position < tokens.length && take() !== ',') {
      fail(`"${tokens[position - 1]}" should be a comma`);
    } else if (position === tokens.length && tokens[position - 1] === ',') {
      fail('it ends with a comma');
    }
  }
  return requirements;
}

/** As in Kubernetes, an object without the label satisfies `!=` and `notin`. */
export function matchesLabels(
  object: ArenaObject,
  requirements: readonly LabelRequirement[],
): boolean {
  const labels = object.metadata.labels ?? {};
  return requirements.every(({ key, operator, values }) => {
    const present = Object.hasOwn(labels, key);
    switch (operator) {
      case 'exists':
        return present;
      case 'absent':
        return !present;
      case 'in':
        return present && values.includes(labels[key]);
      default:
        return !present || !values.includes(labels[key]);
    }
  });
}

/** Adds the requirements to a query on `resources as r`. */
export function whereLabels(
  query: Knex.QueryBuilder,
  requirements: readonly LabelRequirement[],
): void {
  for (const { key, operator, values } of requirements) {
    const label = (sub: Knex.QueryBuilder) => {
      sub
        .from('resource_labels as l')
        .whereRaw('l.uid = r.uid')
        .where('l.key', key);
      if (values.length > 0) {
        sub.whereIn('l.value', values);
      }
    };
    if (operator === 'in' || operator === 'exists') {
      query.whereExists(label);
    } else {
      query.whereNotExists(label);
    }
  }
}
