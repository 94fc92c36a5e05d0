/** A skill of a bundle. */
export interface Skill {
  name: string;
  description: string;
  instructions: string;
  /** Tools that come with it. */
  allowedTools: readonly string[];
  /** Active from the beginning. */
  preload: boolean;
  /** Path by which the states of a workflow know it; absent for one that stands in the arena file. */
  path?: string;
  /** Absolute folder of its files. */
  folder?: string;
}
