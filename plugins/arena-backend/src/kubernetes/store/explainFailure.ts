import { stringifyError } from '@backstage/errors';
import { ArenaKind } from '@backstage-arena/plugin-arena-common';
import { namesOfKind } from '../../store/storeErrors';
import { isForbidden, isNotFound } from '../client/kubeErrors';

/** Why the objects of a kind cannot be followed, with the remedy where it is known. */
export function explainFailure(kind: ArenaKind, error: Error): string {
  const { plural, group } = namesOfKind(kind);
  if (isNotFound(error)) {
    return `The CRD ${plural}.${group} is not installed: apply crds/`;
  }
  return isForbidden(error)
    ? `${stringifyError(
        error,
      )}; apply the rights of this release (docs/kubernetes-rights.md)`
    : stringifyError(error);
}
