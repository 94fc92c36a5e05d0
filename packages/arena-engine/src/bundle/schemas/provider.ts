import { z } from 'zod/v4';
import { capabilities, duration, freeMap, manifest, stringMap } from './common';

export const providerSpecSchema = z.strictObject({
  id: z.string().optional(),
  type: z.string(),
  model: z.string().optional(),
  role: z
    .enum(['llm', 'tts', 'stt', 'embedding', 'image', 'video', 'inference'])
    .optional(),
  base_url: z.string().optional(),
  headers: stringMap.nullish(),
  rate_limit: z
    .strictObject({
      rps: z.number().optional(),
      burst: z.number().optional(),
    })
    .nullish(),
  defaults: z
    .strictObject({
      temperature: z.number().optional(),
      top_p: z.number().optional(),
      max_tokens: z.int().optional(),
      prompt_caching: z.union([z.boolean(), z.string()]).optional(),
    })
    .nullish(),
  pricing: z
    .strictObject({
      input_cost_per_1k: z.number().min(0).optional(),
      output_cost_per_1k: z.number().min(0).optional(),
      /** Of input tokens that the provider had cached; default: as any other input. */
      cached_cost_per_1k: z.number().min(0).optional(),
    })
    .nullish(),
  pricing_correct_at: z.string().optional(),
  credential: z
    .strictObject({
      api_key: z.string().optional(),
      credential_file: z.string().optional(),
      credential_env: z.string().optional(),
    })
    .nullish(),
  platform: z
    .strictObject({
      // `aws` and `gcp` are older names of `bedrock` and `vertex`.
      type: z.enum(['bedrock', 'vertex', 'azure', 'aws', 'gcp']),
      region: z.string().optional(),
      project: z.string().optional(),
      endpoint: z.string().optional(),
      additional_config: freeMap.nullish(),
    })
    .nullish(),
  capabilities: capabilities.nullish(),
  unsupported_params: z.array(z.string()).nullish(),
  include_raw_output: z.boolean().optional(),
  request_timeout: duration.optional(),
  stream_idle_timeout: duration.optional(),
  stream_retry: z
    .strictObject({
      enabled: z.boolean().optional(),
      max_attempts: z.int().min(1).optional(),
      initial_delay: duration.optional(),
      max_delay: duration.optional(),
      retry_window: z.enum(['pre_first_chunk', 'always']).optional(),
      budget: z
        .strictObject({
          rate_per_sec: z.number().min(0).optional(),
          burst: z.int().min(0).optional(),
        })
        .nullish(),
    })
    .nullish(),
  stream_max_concurrent: z.int().min(0).optional(),
  http_transport: z
    .strictObject({
      max_conns_per_host: z.int().min(0).optional(),
      max_idle_conns_per_host: z.int().min(0).optional(),
      idle_conn_timeout: duration.optional(),
    })
    .nullish(),
  additional_config: freeMap.nullish(),
  voice: z.string().optional(),
  sample_rate: z.int().optional(),
  audio_files: z.array(z.string()).optional(),
});

export type ProviderSpec = z.infer<typeof providerSpecSchema>;

export const providerSchema = manifest('Provider', providerSpecSchema);
