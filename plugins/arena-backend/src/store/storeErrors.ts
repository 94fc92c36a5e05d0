import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import {
  ARENA_KINDS,
  ArenaKind,
  ArenaKindNames,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';

/** Names of a kind. @throws InputError for anything that is not one */
export function namesOfKind(kind: string): ArenaKindNames {
  const names = ARENA_KINDS.find(candidate => candidate.kind === kind);
  if (!names) {
    throw new InputError(
      `Unknown kind "${kind}"; allowed: ${ARENA_KINDS.map(k => k.kind).join(
        ', ',
      )}`,
    );
  }
  return names;
}

function describe(kind: ArenaKind, key: ObjectKey): string {
  const { plural, group } = namesOfKind(kind);
  return `${plural}.${group} "${key.name}"`;
}

/** The messages are those that users of kubectl know. */
export function objectNotFound(kind: ArenaKind, key: ObjectKey): NotFoundError {
  return new NotFoundError(`${describe(kind, key)} not found`);
}

export function objectExists(kind: ArenaKind, key: ObjectKey): ConflictError {
  return new ConflictError(`${describe(kind, key)} already exists`);
}

export function objectModified(kind: ArenaKind, key: ObjectKey): ConflictError {
  return new ConflictError(
    `Operation cannot be fulfilled on ${describe(
      kind,
      key,
    )}: the object has been modified; please apply your changes to the latest version and try again`,
  );
}

export function preconditionFailed(
  kind: ArenaKind,
  key: ObjectKey,
  what: 'UID' | 'ResourceVersion',
  wanted: string,
  actual: string,
): ConflictError {
  return new ConflictError(
    `Operation cannot be fulfilled on ${describe(
      kind,
      key,
    )}: Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${actual}`,
  );
}
