import { ArenaObject } from '@backstage-arena/plugin-arena-common';

/** Decides what may be stored, as the API server does for a custom resource. */
export interface Admission {
  /**
   * Fills in defaults, drops unknown fields, and checks.
   *
   * @returns the object to store; its metadata is the caller's
   * @throws InvalidObjectError
   */
  admit(object: ArenaObject, old?: ArenaObject): ArenaObject;
  /** The same for a write of the status alone. */
  admitStatus(object: ArenaObject, old: ArenaObject): ArenaObject;
}
