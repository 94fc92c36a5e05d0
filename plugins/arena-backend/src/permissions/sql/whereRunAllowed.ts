import { PermissionCriteria } from '@backstage/plugin-permission-common';
import { Knex } from 'knex';
import { isPostgres } from '../../database/configureDatabase';
import { lower, ownerForms, SubjectFilter } from '../SubjectFilter';
import { whereAllowed, whereExpressionIn } from './whereAllowed';

/**
 * Leaves the runs that criteria allow. What is left is what `matchesFilter` would leave.
 *
 * @param query - over `runs`
 */
export function whereRunAllowed(
  knex: Knex,
  query: Knex.QueryBuilder,
  criteria: PermissionCriteria<SubjectFilter>,
): void {
  whereAllowed(query, criteria, (where, filter) => {
    switch (filter.field) {
      case 'owner':
        where
          .where(creator =>
            whereExpressionIn(
              creator,
              "lower(coalesce(runs.creator, ''))",
              filter.claims.map(lower).filter(Boolean),
            ),
          )
          .orWhere(owner =>
            whereExpressionIn(
              owner,
              "lower(coalesce(runs.owner, ''))",
              ownerForms(filter.claims).filter(Boolean),
            ),
          );
        return;
      case 'label': {
        const label = labelOf(knex, filter.key);
        if (filter.value === undefined)
          where.whereRaw('? is not null', [label]);
        // Null for a label that is absent, which equals nothing; coalesce makes `not` of it true.
        else where.whereRaw('coalesce(? = ?, false)', [label, filter.value]);
        return;
      }
      case 'type':
        where.whereExists(
          knex('run_plans as allowed')
            .whereRaw('allowed.run_seq = runs.seq')
            .where(plan =>
              whereExpressionIn(
                plan,
                isPostgres(knex)
                  ? "allowed.pins::json ->> 'type'"
                  : "json_extract(allowed.pins, '$.type')",
                filter.values,
              ),
            )
            .select(knex.raw('1')),
        );
        return;
      case 'kind':
        where.whereRaw(filter.values.includes('ArenaJob') ? '1 = 1' : '1 = 0');
        return;
      default:
        where.whereIn(`runs.${filter.field}`, filter.values);
    }
  });
}

function labelOf(knex: Knex, key: string): Knex.Raw {
  return isPostgres(knex)
    ? knex.raw('(runs.labels::json ->> ?::text)', [key])
    : knex.raw('json_extract(runs.labels, ?)', [`$.${JSON.stringify(key)}`]);
}
