import { JsonValue } from '@backstage/types';
import { ArenaObject, Condition } from '@backstage-arena/plugin-arena-common';
import { conditionsOf, statusText } from './jobs';

/** A text of a block of an object; empty for all else. */
export function fieldOf(value: JsonValue | undefined, key: string): string {
  const found: unknown =
    typeof value === 'object' && value !== null
      ? Reflect.get(value, key)
      : undefined;
  return typeof found === 'string' ? found : '';
}

/** Where the content of a source is, in a few words. */
export function originOf(source: ArenaObject): string {
  const { type, workspace, git, oci, configMap } = source.spec;
  if (type === 'workspace') return fieldOf(workspace, 'path');
  if (type === 'git') return fieldOf(git, 'url');
  if (type === 'oci') return fieldOf(oci, 'url');
  return fieldOf(configMap, 'name');
}

/** True for sources whose folder is their own, so that nothing else is replaced when it is filled from the browser. */
export function isUploadable(source: ArenaObject): boolean {
  const { namespace, name } = source.metadata;
  return (
    source.spec.type === 'workspace' &&
    originOf(source) === `${namespace}/${name}`
  );
}

/** The condition that explains why a source is not as it should be; `undefined` when it is. */
export function troubleOf(source: ArenaObject): Condition | undefined {
  // That it is not fetching now is false too, and no trouble.
  return statusText(source, 'phase') === 'Ready'
    ? undefined
    : conditionsOf(source).find(
        one => one.status === 'False' && one.type !== 'Fetching',
      );
}

/** Digest of the content that new runs are pinned to. */
export function digestOf(source: ArenaObject): string | undefined {
  return fieldOf(source.status?.artifact, 'digest') || undefined;
}

/** A revision with its hashes shortened to what tells them apart, as in `SourceRevision.version`. */
export function shortRevision(revision: string): string {
  return revision.replace(/([0-9a-f]{12})[0-9a-f]{28,}/g, '$1');
}
