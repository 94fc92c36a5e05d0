import { PermissionCriteria } from '@backstage/plugin-permission-common';
import {
  isAndCriteria,
  isNotCriteria,
  isOrCriteria,
} from '@backstage/plugin-permission-node';
import { Knex } from 'knex';
import { SubjectFilter } from '../SubjectFilter';

/** Adds what one filter asks for to a query. */
export type WhereFilter = (
  query: Knex.QueryBuilder,
  filter: SubjectFilter,
) => void;

/** `expression in (values)`, for what is no column. */
export function whereExpressionIn(
  query: Knex.QueryBuilder,
  expression: string,
  values: readonly string[],
): void {
  query.whereRaw(
    values.length > 0
      ? `${expression} in (${values.map(() => '?').join(', ')})`
      : '1 = 0',
    [...values],
  );
}

/** Adds criteria to a query, each filter of them in the way that its tables need. */
export function whereAllowed(
  query: Knex.QueryBuilder,
  criteria: PermissionCriteria<SubjectFilter>,
  where: WhereFilter,
): void {
  if (isNotCriteria(criteria)) {
    query.whereNot(inner => whereAllowed(inner, criteria.not, where));
  } else if (isAndCriteria(criteria)) {
    for (const part of criteria.allOf) {
      query.andWhere(inner => whereAllowed(inner, part, where));
    }
  } else if (isOrCriteria(criteria)) {
    query.andWhere(any => {
      for (const part of criteria.anyOf) {
        any.orWhere(inner => whereAllowed(inner, part, where));
      }
    });
  } else {
    query.andWhere(inner => where(inner, criteria));
  }
}
