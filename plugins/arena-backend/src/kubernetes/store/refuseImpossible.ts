import { JsonObject } from '@backstage/types';
import {
  ArenaObject,
  ArenaObjectInput,
} from '@backstage-arena/plugin-arena-common';
import { checkBeyondSchema } from '@backstage-arena/plugin-arena-common/admission';
import { refuseObject } from '../../store/objects/refuseObject';

/**
 * Refuses what an API server would take, because no CRD can say it, though it can never run. Where there is a validating webhook it says the same;
 * people of the portal need none.
 *
 * @param readOld - of an update: what it replaces. What stays as it was is not held against it. Called only when there is something to hold.
 * @throws InvalidObjectError
 */
export async function refuseImpossible(
  input: ArenaObjectInput<JsonObject>,
  readOld?: () => Promise<ArenaObject>,
): Promise<void> {
  const { kind, spec } = input;
  // What has no spec at all is left to the API server.
  if (typeof spec !== 'object' || spec === null) return;
  let { causes } = checkBeyondSchema(kind, spec);
  if (causes.length > 0 && readOld) {
    const old = await readOld();
    ({ causes } = checkBeyondSchema(kind, spec, old.spec));
  }
  refuseObject(input, causes);
}
