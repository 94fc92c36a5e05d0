import {
  ARENA_ANNOTATIONS,
  ArenaObject,
  JobsPage,
  JobsQuery,
} from '@backstage-arena/plugin-arena-common';
import { ReadableJobsQuery } from '../../api/ServedCluster';
import { subjectOfObject } from '../../permissions/PermissionSubject';
import { SCHEDULE_UID } from '../../schedules/childJob';
import { parseJobsQuery, writeCursor } from '../../store/jobsQuery';
import { SELECTABLE_FIELDS } from '../../store/selectors/selectableFields';
import { copyOf } from './arenaObjects';

/** What a job is found and ordered by. */
interface Row {
  object: ArenaObject;
  uid: string;
  created: number;
  name: string;
  phase: string;
}

const rows = new WeakMap<ArenaObject, Row>();

/** Read once per state of an object: objects in a cache do not change. */
function rowOf(object: ArenaObject): Row {
  const known = rows.get(object);
  if (known) return known;
  const { uid, name, creationTimestamp } = object.metadata;
  const row: Row = {
    object,
    uid,
    name,
    created: Date.parse(creationTimestamp),
    // A job that no controller has looked at yet waits like any other.
    phase: SELECTABLE_FIELDS['status.phase'].read(object) || 'Pending',
  };
  rows.set(object, row);
  return row;
}

function matches(row: Row, query: JobsQuery): boolean {
  const { object, name, phase } = row;
  const { namespace, annotations = {}, labels = {} } = object.metadata;
  const field = (path: string) => SELECTABLE_FIELDS[path].read(object);
  return (
    (!query.namespace || namespace === query.namespace) &&
    (!query.phase?.length || query.phase.includes(phase)) &&
    (!query.type?.length || query.type.includes(field('spec.type'))) &&
    (!query.source || field('spec.sourceRef.name') === query.source) &&
    (!query.component ||
      annotations[ARENA_ANNOTATIONS.component] === query.component) &&
    (query.children !== false || labels[SCHEDULE_UID] === undefined) &&
    // Names are lower case.
    (!query.search || name.includes(query.search.toLocaleLowerCase('en-US')))
  );
}

function compare<T extends string | number>(a: T, b: T): number {
  return Number(a > b) - Number(a < b);
}

/**
 * One page of the jobs in a cache, as `queryJobs` of the database answers it.
 *
 * @throws InputError naming the parameter that is wrong
 */
export function queryCachedJobs(
  objects: readonly ArenaObject[],
  query: ReadableJobsQuery,
): JobsPage {
  const { limit, by, order, cursor } = parseJobsQuery(query);
  const sign = order === 'asc' ? 1 : -1;
  const found = objects
    .map(rowOf)
    .filter(row => matches(row, query))
    .filter(
      row =>
        query.readable?.allows(subjectOfObject(query.cluster, row.object)) ??
        true,
    )
    .sort((a, b) => sign * (compare(a[by], b[by]) || compare(a.uid, b.uid)));
  const rest = cursor
    ? found.filter(
        row =>
          sign *
            (compare(row[by], cursor.value) || compare(row.uid, cursor.uid)) >
          0,
      )
    : found;
  const page = rest.slice(0, limit);
  const last = rest.length > limit ? page[limit - 1] : undefined;
  return {
    items: page.map(({ object }) => copyOf(object)),
    totalItems: found.length,
    ...(last && {
      nextCursor: writeCursor({ by, order, value: last[by], uid: last.uid }),
    }),
  };
}
