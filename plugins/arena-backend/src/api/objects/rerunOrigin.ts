import { isError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import {
  ARENA_ANNOTATIONS,
  ArenaObjectInput,
  FieldCause,
} from '@backstage-arena/plugin-arena-common';
import { InvalidObjectError } from '@backstage-arena/plugin-arena-node';
import { RunReader } from '../RouterOptions';

/** True for a job that says it repeats a run. */
export function isRerun(object: ArenaObjectInput<JsonObject>): boolean {
  return (
    object.kind === 'ArenaJob' &&
    (object.metadata.annotations?.[ARENA_ANNOTATIONS.rerunOf] !== undefined ||
      object.metadata.annotations?.[ARENA_ANNOTATIONS.rerunItems] !== undefined)
  );
}

/**
 * Makes sure that the run which a job repeats is there and of the same namespace: its pins (providers, credentials' names, source) are
 * used again, and one namespace must not borrow those of another.
 *
 * @returns the run that is repeated
 * @throws InvalidObjectError
 */
export async function checkRerunOrigin(
  object: ArenaObjectInput<JsonObject>,
  options: { cluster: string; runs: Pick<RunReader, 'get'> },
): Promise<{ runId: string }> {
  const annotations = object.metadata.annotations ?? {};
  const runId = annotations[ARENA_ANNOTATIONS.rerunOf];
  const items = annotations[ARENA_ANNOTATIONS.rerunItems];
  if (runId === undefined) {
    throw invalid(
      ARENA_ANNOTATIONS.rerunOf,
      `Required value: ${ARENA_ANNOTATIONS.rerunItems} is given`,
    );
  }
  if (items !== undefined && items !== 'failed') {
    throw invalid(
      ARENA_ANNOTATIONS.rerunItems,
      `Unsupported value: ${JSON.stringify(items)}: supported values: "failed"`,
    );
  }
  const run = await options.runs.get(runId).catch(error => {
    if (isError(error) && error.name === 'NotFoundError') return undefined;
    throw error;
  });
  if (
    run?.cluster !== options.cluster ||
    run.namespace !== object.metadata.namespace
  ) {
    throw invalid(
      ARENA_ANNOTATIONS.rerunOf,
      `Invalid value: ${JSON.stringify(
        runId,
      )}: there is no such run in this namespace`,
    );
  }
  return { runId };
}

function invalid(annotation: string, message: string): InvalidObjectError {
  const cause: FieldCause = {
    field: `metadata.annotations[${annotation}]`,
    reason: 'FieldValueInvalid',
    message,
  };
  return new InvalidObjectError(`${cause.field}: ${message}`, [cause]);
}
