import { PermissionCriteria } from '@backstage/plugin-permission-common';
import { Knex } from 'knex';
import { lower, ownerForms, SubjectFilter } from '../SubjectFilter';
import { whereAllowed, whereExpressionIn } from './whereAllowed';

/**
 * Leaves the ArenaJobs that criteria allow. What is left is what `matchesFilter` would leave.
 *
 * @param query - over `resources as r`
 */
export function whereJobAllowed(
  knex: Knex,
  query: Knex.QueryBuilder,
  criteria: PermissionCriteria<SubjectFilter>,
): void {
  whereAllowed(query, criteria, (where, filter) => {
    switch (filter.field) {
      case 'owner':
        where
          .whereIn('r.creator', filter.claims.map(lower).filter(Boolean))
          .orWhereIn('r.owner', ownerForms(filter.claims).filter(Boolean));
        return;
      case 'label': {
        const labels = knex('resource_labels as allowed')
          .whereRaw('allowed.uid = r.uid')
          .where('allowed.key', filter.key)
          .select(knex.raw('1'));
        if (filter.value !== undefined) {
          labels.where('allowed.value', filter.value);
        }
        where.whereExists(labels);
        return;
      }
      case 'type':
        whereExpressionIn(
          where,
          "case when r.spec_type = '' then 'evaluation' else r.spec_type end",
          filter.values,
        );
        return;
      default:
        where.whereIn(`r.${filter.field}`, filter.values);
    }
  });
}
