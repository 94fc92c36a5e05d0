import {
  ArenaKind,
  ArenaList,
  ArenaObject,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import { StoreListOptions } from '@backstage-arena/plugin-arena-node';
import { setImmediate } from 'node:timers/promises';
import { checkLimit } from '../../store/checkLimit';
import {
  readContinueToken,
  writeContinueToken,
} from '../../store/continueToken';
import {
  matchesFields,
  parseFieldSelector,
} from '../../store/selectors/fieldSelector';
import {
  matchesLabels,
  parseLabelSelector,
} from '../../store/selectors/labelSelector';
import { copyOf } from './arenaObjects';

/** Objects copied at a time: the event loop must get its turn in between. */
const CHUNK = 200;

export interface ListCachedOptions extends StoreListOptions {
  /** Version of a list that begins now. */
  begin(): Promise<string>;
  /** All objects as they were at a version, in order. */
  objectsAt(version: string): Promise<ArenaObject[]>;
}

function isAfter({ metadata }: ArenaObject, after: ObjectKey): boolean {
  return metadata.namespace === after.namespace
    ? metadata.name > after.name
    : metadata.namespace > after.namespace;
}

/**
 * Lists objects in pages that belong together: all show the objects as they were when the list began.
 *
 * @throws InputError naming the option that is wrong; GoneError when it is forgotten how things were
 */
export async function listCached<T extends ArenaObject>(
  kind: ArenaKind,
  options: ListCachedOptions,
): Promise<ArenaList<T>> {
  const { namespace, labelSelector, fieldSelector } = options;
  const query = [kind, namespace, labelSelector, fieldSelector];
  const labels = parseLabelSelector(labelSelector);
  const fields = parseFieldSelector(fieldSelector);
  const limit = checkLimit(options.limit);
  const start = options.continue
    ? readContinueToken(options.continue, query)
    : undefined;

  const version = start?.version ?? (await options.begin());
  const objects = await options.objectsAt(version);
  const found = objects.filter(
    object =>
      (namespace === undefined || object.metadata.namespace === namespace) &&
      (!start || isAfter(object, start.after)) &&
      matchesLabels(object, labels) &&
      matchesFields(object, fields) &&
      (options.where?.(object) ?? true),
  );
  const page = found.slice(0, limit);
  const items: T[] = [];
  for (const [index, object] of page.entries()) {
    items.push(copyOf<T>(object));
    if (index % CHUNK === CHUNK - 1) await setImmediate();
  }
  const last = page[page.length - 1];
  const left = found.length - page.length;
  return {
    items,
    metadata: {
      resourceVersion: version,
      ...(left > 0 && {
        continue: writeContinueToken(
          {
            version,
            after: {
              namespace: last.metadata.namespace,
              name: last.metadata.name,
            },
          },
          query,
        ),
        // As in Kubernetes, nobody counts behind a selector.
        ...(labels.length + fields.length === 0 &&
          !options.where && {
            remainingItemCount: left,
          }),
      }),
    },
  };
}
