import {
  ArenaKind,
  ArenaObject,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import {
  FieldRequirement,
  matchesFields,
  whereFields,
} from '../selectors/fieldSelector';
import {
  LabelRequirement,
  matchesLabels,
  whereLabels,
} from '../selectors/labelSelector';
import { withRareLabel } from './withRareLabel';

export interface ListPageOptions {
  cluster: string;
  kind: ArenaKind;
  namespace?: string;
  labels: readonly LabelRequirement[];
  fields: readonly FieldRequirement[];
  /** The page shows the objects as they were at this version. */
  version: number;
  after?: ObjectKey;
  limit: number;
}

export interface ListPage {
  items: ArenaObject[];
  more: boolean;
}

/** Former states are checked against selectors one by one, in portions of this size. */
const FORMER_BATCH = 200;

function compareKeys(a: ObjectKey, b: ObjectKey): number {
  const compare = (x: string, y: string) => Number(x > y) - Number(x < y);
  return compare(a.namespace, b.namespace) || compare(a.name, b.name);
}

function whereAfter(
  query: Knex.QueryBuilder,
  alias: string,
  after: ObjectKey | undefined,
): void {
  if (after) {
    query.whereRaw(`(${alias}.namespace, ${alias}.name) > (?, ?)`, [
      after.namespace,
      after.name,
    ]);
  }
}

/** Objects that have not changed since the version: almost all, found by index. */
function unchanged(tx: Knex, options: ListPageOptions): Knex.QueryBuilder {
  const { cluster, kind, namespace, version, after } = options;
  const query = tx('resources as r')
    .where({ 'r.cluster': cluster, 'r.kind': kind })
    .where('r.resource_version', '<=', version);
  if (namespace !== undefined) {
    query.where('r.namespace', namespace);
  }
  whereFields(query, options.fields);
  whereLabels(query, options.labels);
  whereAfter(query, 'r', after);
  return query;
}

/** States that were current at the version and were replaced since. */
function former(tx: Knex, options: ListPageOptions): Knex.QueryBuilder {
  const { cluster, kind, namespace, version, after } = options;
  const query = tx('resource_revisions as v')
    .where({ 'v.cluster': cluster, 'v.kind': kind })
    .where('v.next_version', '>', version)
    .where('v.resource_version', '<=', version);
  if (namespace !== undefined) {
    query.where('v.namespace', namespace);
  }
  whereAfter(query, 'v', after);
  return query;
}

async function readUnchanged(
  tx: Knex,
  options: ListPageOptions,
  limit: number,
): Promise<{ document: string }[]> {
  const uids = await withRareLabel(tx, options.labels);
  if (uids?.length === 0) return [];
  const query = unchanged(tx, options);
  if (uids) {
    // In place of the table, so that it is not searched by anything else.
    query
      .withMaterialized('few', tx('resources').whereIn('uid', uids))
      .from('few as r');
  }
  return query
    .join('resource_revisions as v', join =>
      join
        .on('v.cluster', 'r.cluster')
        .andOn('v.resource_version', 'r.resource_version'),
    )
    .orderBy(['r.namespace', 'r.name'])
    .limit(limit)
    .select('v.document');
}

async function readFormer(
  tx: Knex,
  options: ListPageOptions,
  limit: number,
): Promise<ArenaObject[]> {
  const found: ArenaObject[] = [];
  for (let after = options.after; ; ) {
    const rows: { document: string }[] = await former(tx, { ...options, after })
      .orderBy(['v.namespace', 'v.name'])
      .limit(FORMER_BATCH)
      .select('v.document');
    const objects = rows.map(row => JSON.parse(row.document) as ArenaObject);
    found.push(
      ...objects.filter(
        object =>
          matchesFields(object, options.fields) &&
          matchesLabels(object, options.labels),
      ),
    );
    if (rows.length < FORMER_BATCH || found.length >= limit) {
      return found.slice(0, limit);
    }
    after = objects[objects.length - 1].metadata;
  }
}

/** One page of objects, ordered by namespace and name, as they were at a version. Run it in a snapshot. */
export async function listPage(
  tx: Knex,
  options: ListPageOptions,
): Promise<ListPage> {
  const limit = options.limit + 1;
  const rows = await readUnchanged(tx, options, limit);
  const items = rows
    .map(row => JSON.parse(row.document) as ArenaObject)
    .concat(await readFormer(tx, options, limit))
    .sort((a, b) => compareKeys(a.metadata, b.metadata));
  return {
    items: items.slice(0, options.limit),
    more: items.length > options.limit,
  };
}

/** How many objects a page with these options could show. Without selectors only. */
export async function countObjects(
  tx: Knex,
  options: Omit<ListPageOptions, 'limit' | 'labels' | 'fields'>,
): Promise<number> {
  const all = { ...options, limit: 0, labels: [], fields: [] };
  const [now] = await unchanged(tx, all).count({ count: '*' });
  const [then] = await former(tx, all).count({ count: '*' });
  return Number(now.count) + Number(then.count);
}
