import { z } from 'zod/v4';

/** Where skills come from: a folder with one or many of them, or one that stands in the arena file. */
export const skillSourceSchema = z.strictObject({
  dir: z
    .string()
    .optional()
    .describe('Folder of a skill, or of many, relative to the arena file.'),
  path: z.string().optional().describe('The same as dir.'),
  mount_as: z
    .string()
    .optional()
    .describe('Path by which the states of a workflow know the folder.'),
  name: z
    .string()
    .optional()
    .describe('Name of a skill that stands in the arena file itself.'),
  description: z
    .string()
    .optional()
    .describe('When the model should activate it.'),
  instructions: z
    .string()
    .optional()
    .describe('What the model is told once it is active.'),
  preload: z.boolean().optional().describe('Active from the beginning.'),
});

export type SkillSource = z.infer<typeof skillSourceSchema>;

/** What stands above the text of a SKILL.md. Other keys are for other programs. */
export const skillHeadSchema = z.looseObject({
  name: z.string().optional(),
  description: z.string().optional(),
  'allowed-tools': z.array(z.string()).nullish(),
});
