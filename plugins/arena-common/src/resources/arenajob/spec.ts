import {
  CelRule,
  flag,
  group,
  int32,
  listOf,
  objectName,
  oneOf,
  RELATIVE_PATH,
  text,
} from '../fields';
import { dataGenSchema } from './dataGen';
import { evaluationSchema } from './evaluation';
import { loadTestSchema } from './loadTest';
import { outputSchema } from './output';
import { providersSchema } from './providers';
import { MAX_PATTERN_LENGTH, MAX_PATTERNS } from './scenarioLimits';
import { scheduleSchema } from './schedule';
import { workersSchema } from './workers';

/** @internal */
export const JOB_TYPES = ['evaluation', 'loadtest', 'datagen'] as const;

function ownTypeOnly(type: string, block: string): CelRule {
  return {
    rule: `self.type == '${type}' || !has(self.${block})`,
    message: `allowed only when type is ${type}`,
    fieldPath: `.${block}`,
    reason: 'FieldValueForbidden',
  };
}

const globs = (description: string) =>
  listOf(text('A glob pattern.', { max: MAX_PATTERN_LENGTH }), description, {
    max: MAX_PATTERNS,
  });

/** @internal */
export const scenariosSchema = group(
  'Which scenarios run. A pattern without a slash matches the base name of the file or the id of the scenario, one with a slash the path in the bundle.',
  {
    include: globs('Patterns of scenarios to run. Without it: all.').optional(),
    exclude: globs(
      'Patterns of scenarios to leave out, applied after include.',
    ).optional(),
  },
);

/** @internal */
export const arenaFileSchema = text(
  'Path of the arena file within the source.',
  { max: 1024, rules: [RELATIVE_PATH] },
);

/** @public */
export const arenaJobSpecSchema = group(
  'What to run.',
  {
    sourceRef: group('The source of scenarios and configuration.', {
      name: objectName('Name of the ArenaSource, or of the ArenaConfig.'),
      kind: oneOf(
        ['ArenaSource', 'ArenaConfig'],
        'Kind of the source. Without it an ArenaSource of that name is taken, else an ArenaConfig.',
      ).optional(),
    }),
    arenaFile: arenaFileSchema.default('config.arena.yaml'),
    type: oneOf(JOB_TYPES, 'What the job does.').default('evaluation'),
    scenarios: scenariosSchema.optional(),
    evaluation: evaluationSchema.optional(),
    loadTest: loadTestSchema.optional(),
    dataGen: dataGenSchema.optional(),
    trials: int32(
      'How often each cell of the matrix is run. Without it the scenario decides, else 1.',
      { min: 1, max: 10000 },
    ).optional(),
    workers: workersSchema.optional(),
    providers: providersSchema.optional(),
    toolRegistries: listOf(
      group('Reference to a ToolRegistry.', {
        name: objectName('Name of the ToolRegistry.'),
      }),
      'Registries whose tools take the place of the tools and MCP servers of the arena file.',
      { max: 64, listType: 'map', listMapKeys: ['name'] },
    ).optional(),
    output: outputSchema.optional(),
    schedule: scheduleSchema.optional(),
    ttlSecondsAfterFinished: int32(
      'How long a finished job is kept, in seconds. Stored results are never deleted.',
    ).optional(),
    cancelled: flag('Stops the job. Cannot be taken back.', {
      rules: [
        {
          rule: '!oldSelf || self',
          message: 'a cancelled job stays cancelled',
        },
      ],
    }).default(false),
    verbose: flag('Workers log at debug level.').default(false),
    compat: flag(
      'Judge as the original engine does, quirks included, instead of strictly.',
    ).default(false),
  },
  {
    rules: [
      ownTypeOnly('evaluation', 'evaluation'),
      ownTypeOnly('loadtest', 'loadTest'),
      ownTypeOnly('datagen', 'dataGen'),
      {
        rule: "self.type != 'datagen' || !has(self.trials)",
        message:
          'not allowed when type is datagen: dataGen.count says how many rows there are to be',
        fieldPath: '.trials',
        reason: 'FieldValueForbidden',
      },
      {
        rule: "has(self.output) || !has(self.evaluation) || !has(self.evaluation.outputFormats) || !('transcripts' in self.evaluation.outputFormats)",
        message:
          'must be set when evaluation.outputFormats has transcripts, which are written there alone',
        fieldPath: '.output',
        reason: 'FieldValueRequired',
      },
    ],
  },
);
