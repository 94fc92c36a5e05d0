import {
  ArenaObject,
  ArenaObjectInput,
} from '@backstage-arena/plugin-arena-common';
import { JsonObject } from '@backstage/types';

/** Decides what may be stored, as the API server does for a custom resource. */
export interface Admission {
  /**
   * Fills in defaults, drops unknown fields, and checks metadata and spec.
   *
   * @param input - as the caller sent it
   * @param old - what it is to replace
   * @returns what to store of it
   * @throws InvalidObjectError with all faults
   */
  admit(
    input: ArenaObjectInput<JsonObject>,
    old?: ArenaObject,
  ): ArenaObjectInput<JsonObject>;
  /** The same for a write of the status alone. */
  admitStatus(object: ArenaObject): ArenaObject;
}
