import { z } from 'zod/v4';
import { agentSchema } from './a2a';
import {
  assertionSchema,
  duration,
  evalDefSchema,
  freeMap,
  manifest,
  stringMap,
} from './common';
import { evalSpecSchema } from './eval';
import { personaSpecSchema } from './persona';
import { mcpServersSchema } from './mcp';
import { compositionSchema } from './composition';
import { promptConfigSpecSchema } from './promptConfig';
import { providerSpecSchema } from './provider';
import { scenarioSpecSchema } from './scenario';
import { skillSourceSchema } from './skill';
import { toolSpecSchema } from './tool';
import { workflowSchema } from './workflow';

const fileRefs = z.array(z.strictObject({ file: z.string() })).nullish();

/** Parts of the format whose inside is read by the features that use them. */
const opaque = z.unknown().optional();

const defaults = z.strictObject({
  temperature: z
    .number()
    .optional()
    .describe("Sent with each request; 0 means the provider's own."),
  top_p: z.number().optional().describe('Sent with each request.'),
  max_tokens: z.int().optional().describe('Most tokens of a reply.'),
  seed: z
    .int()
    .optional()
    .describe('Sent with each request, where the provider takes one.'),
  run_timeout: duration
    .optional()
    .describe('Longest time of one item, for example 5m.'),
  concurrency: z
    .int()
    .min(0)
    .optional()
    .describe('Items in flight, where -j does not say.'),
  output: z
    .strictObject({
      dir: z.string().optional(),
      formats: z
        .array(z.enum(['json', 'junit', 'html', 'markdown', 'csv']))
        .optional(),
      json: freeMap.nullish(),
      markdown: freeMap.nullish(),
      junit: freeMap.nullish(),
      html: freeMap.nullish(),
      recording: freeMap.nullish(),
    })
    .nullish()
    .describe('Reports.'),
  config_dir: z
    .string()
    .optional()
    .describe('Folder of media and mock files, relative to the arena file.'),
  fail_on: z.array(z.string()).optional().describe('Has no effect.'),
  verbose: z.boolean().optional().describe('Log what the engine does.'),
  monitor: freeMap.nullish(),
  inference: freeMap
    .nullish()
    .describe('Names of the providers that classify or embed.'),
  html_report: z.string().optional().describe('Deprecated.'),
  out_dir: z.string().optional().describe('Deprecated.'),
  output_formats: z.array(z.string()).optional().describe('Deprecated.'),
  markdown_config: freeMap.nullish().describe('Deprecated.'),
});

const judge = z.strictObject({ name: z.string(), provider: z.string() });

export type JudgeSpec = z.infer<typeof judge>;

export const arenaSpecSchema = z.strictObject({
  prompt_configs: z
    .array(
      z.strictObject({
        id: z.string().optional(),
        file: z.string(),
        vars: stringMap.nullish(),
      }),
    )
    .nullish()
    .describe('Files of prompts, and values for their variables.'),
  providers: z
    .array(z.strictObject({ file: z.string(), group: z.string().optional() }))
    .nullable()
    .describe('Files of providers, and the group of each.'),
  scenarios: fileRefs.describe('Files of scenarios.'),
  tools: fileRefs.describe('Files of tools.'),
  judges: z
    .array(judge)
    .nullish()
    .describe('Providers that judge for checks such as llm_judge.'),
  judge_defaults: freeMap.nullish().describe('Has no effect.'),
  self_play: z
    .strictObject({
      enabled: z.boolean().optional(),
      personas: fileRefs,
      persona_specs: z.record(z.string(), personaSpecSchema).nullish(),
      roles: z
        .array(z.strictObject({ id: z.string(), provider: z.string() }))
        .nullish(),
    })
    .nullish()
    .describe('Simulated users: personas, and the providers that play them.'),
  evals: fileRefs.describe('Files of evaluations of saved conversations.'),
  pack_evals: z
    .array(evalDefSchema)
    .nullish()
    .describe(
      'Evaluations at the end of each conversation that never decide about it.',
    ),
  globals: z
    .strictObject({
      conversation_assertions: z.array(assertionSchema).nullish(),
    })
    .nullish()
    .describe('Checks of every scenario.'),
  mcp_servers: mcpServersSchema
    .nullish()
    .describe('MCP servers whose tools the prompts may allow.'),
  a2a_agents: z
    .array(agentSchema)
    .nullish()
    .describe('Agents that are called as tools.'),
  skills: z
    .array(skillSourceSchema)
    .nullish()
    .describe('Skills that the model may activate.'),
  workflow: workflowSchema
    .nullish()
    .describe('A state machine whose states are prompts.'),
  compositions: z
    .record(z.string(), compositionSchema)
    .nullish()
    .describe('Graphs of steps that run as one turn, by name.'),
  memory: opaque.describe('Anything switches the memory tools on.'),
  agents: opaque.describe('Has no effect in a run.'),
  runtime: freeMap
    .nullish()
    .describe('Hooks, sandboxes and checks in processes of their own.'),
  state_store: freeMap.nullish().describe('Only memory works.'),
  defaults: defaults.describe('Defaults of all conversations, and reports.'),
  deploy: freeMap.nullish().describe('Has no effect in a run.'),
  row_schema: freeMap
    .nullish()
    .describe('JSON schema of generated rows (jobs of type datagen).'),
  pack_file: z
    .string()
    .optional()
    .describe('A compiled pack that brings prompts along.'),
  provider_specs: z
    .record(z.string(), providerSpecSchema)
    .nullish()
    .describe('Providers that stand here, by id.'),
  scenario_specs: z
    .record(z.string(), scenarioSpecSchema)
    .nullish()
    .describe('Scenarios that stand here, by id.'),
  eval_specs: z
    .record(z.string(), evalSpecSchema)
    .nullish()
    .describe('Evaluations that stand here, by id.'),
  tool_specs: z
    .record(z.string(), toolSpecSchema)
    .nullish()
    .describe('Tools that stand here, by name.'),
  judge_specs: z
    .record(z.string(), judge.partial({ name: true }))
    .nullish()
    .describe('Judges that stand here, by name.'),
  prompt_specs: z
    .record(z.string(), promptConfigSpecSchema)
    .nullish()
    .describe('Prompts that stand here.'),
  tts_providers: z
    .array(freeMap)
    .nullish()
    .describe('Speech is not supported.'),
  stt_providers: z
    .array(freeMap)
    .nullish()
    .describe('Speech is not supported.'),
  embedding_providers: z.array(freeMap).nullish(),
  image_providers: z.array(freeMap).nullish(),
  voices: z.array(freeMap).nullish().describe('Speech is not supported.'),
});

export type ArenaSpec = z.infer<typeof arenaSpecSchema>;

export const arenaSchema = manifest('Arena', arenaSpecSchema);
