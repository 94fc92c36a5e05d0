import { z } from 'zod/v4';
import {
  assertionSchema,
  duration,
  evalDefSchema,
  freeMap,
  manifest,
  stringMap,
} from './common';
import { promptConfigSpecSchema } from './promptConfig';
import { providerSpecSchema } from './provider';
import { scenarioSpecSchema } from './scenario';
import { toolSpecSchema } from './tool';

const fileRefs = z.array(z.strictObject({ file: z.string() })).nullish();

/** Parts of the format whose inside is read by the features that use them. */
const opaque = z.unknown().optional();

const defaults = z.strictObject({
  temperature: z.number().optional(),
  top_p: z.number().optional(),
  max_tokens: z.int().optional(),
  seed: z.int().optional(),
  run_timeout: duration.optional(),
  concurrency: z.int().min(0).optional(),
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
    .nullish(),
  config_dir: z.string().optional(),
  fail_on: z.array(z.string()).optional(),
  verbose: z.boolean().optional(),
  monitor: freeMap.nullish(),
  inference: freeMap.nullish(),
  html_report: z.string().optional(),
  out_dir: z.string().optional(),
  output_formats: z.array(z.string()).optional(),
  markdown_config: freeMap.nullish(),
});

export const arenaSpecSchema = z.strictObject({
  prompt_configs: z
    .array(
      z.strictObject({
        id: z.string().optional(),
        file: z.string(),
        vars: stringMap.nullish(),
      }),
    )
    .nullish(),
  providers: z
    .array(z.strictObject({ file: z.string(), group: z.string().optional() }))
    .nullable(),
  scenarios: fileRefs,
  tools: fileRefs,
  judges: z
    .array(z.strictObject({ name: z.string(), provider: z.string() }))
    .nullish(),
  judge_defaults: freeMap.nullish(),
  self_play: z
    .strictObject({
      enabled: z.boolean().optional(),
      personas: fileRefs,
      persona_specs: freeMap.nullish(),
      roles: z
        .array(z.strictObject({ id: z.string(), provider: z.string() }))
        .nullish(),
    })
    .nullish(),
  evals: fileRefs,
  pack_evals: z.array(evalDefSchema).nullish(),
  globals: z
    .strictObject({
      conversation_assertions: z.array(assertionSchema).nullish(),
    })
    .nullish(),
  mcp_servers: z.array(freeMap).nullish(),
  a2a_agents: z.array(freeMap).nullish(),
  skills: z.array(freeMap).nullish(),
  workflow: freeMap.nullish(),
  compositions: freeMap.nullish(),
  memory: opaque,
  agents: opaque,
  runtime: freeMap.nullish(),
  state_store: freeMap.nullish(),
  defaults,
  deploy: freeMap.nullish(),
  pack_file: z.string().optional(),
  provider_specs: z.record(z.string(), providerSpecSchema).nullish(),
  scenario_specs: z.record(z.string(), scenarioSpecSchema).nullish(),
  eval_specs: freeMap.nullish(),
  tool_specs: z.record(z.string(), toolSpecSchema).nullish(),
  judge_specs: freeMap.nullish(),
  prompt_specs: z.record(z.string(), promptConfigSpecSchema).nullish(),
  tts_providers: z.array(freeMap).nullish(),
  stt_providers: z.array(freeMap).nullish(),
  embedding_providers: z.array(freeMap).nullish(),
  image_providers: z.array(freeMap).nullish(),
  voices: z.array(freeMap).nullish(),
});

export type ArenaSpec = z.infer<typeof arenaSpecSchema>;

export const arenaSchema = manifest('Arena', arenaSpecSchema);
