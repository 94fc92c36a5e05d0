import { z } from 'zod/v4';

/** Where skills come from: a folder with one or many of them, or one that stands in the arena file. */
export const skillSourceSchema = z.strictObject({
  /** Folder, relative to that of the arena file. */
  dir: z.string().optional(),
  /** The same as `dir`. */
  path: z.string().optional(),
  /** Path that the folder is known by to the states of a workflow. */
  mount_as: z.string().optional(),
  name: z.string().optional(),
  description: z.string().optional(),
  instructions: z.string().optional(),
  /** Active from the beginning. */
  preload: z.boolean().optional(),
});

export type SkillSource = z.infer<typeof skillSourceSchema>;

/** What stands above the text of a SKILL.md. Other keys are for other programs. */
export const skillHeadSchema = z.looseObject({
  name: z.string().optional(),
  description: z.string().optional(),
  'allowed-tools': z.array(z.string()).nullish(),
});
