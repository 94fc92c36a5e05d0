import { z } from 'zod/v4';
import { freeMap, manifest, stringMap } from './common';
import { mcpToolSchema } from './mcp';
import { partSchema } from './scenario';

const jsonSchema = z.union([freeMap, z.boolean()]);

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const timeout = z.int().min(0).optional();

/** A tool of mode `live`. The url and values of headers may hold `{{.argument}}`. */
export const httpToolSchema = z.strictObject({
  url: z.string(),
  /** Default: POST. */
  method: z
    .string()
    .regex(/^[A-Za-z]+$/, { error: 'Allowed are names such as GET or POST' })
    .optional(),
  headers: stringMap.nullish(),
  /** `Header=ENVIRONMENT_VARIABLE`. */
  headers_from_env: z
    .array(
      z.string().regex(/^[^=\s]+=[^=\s]+$/, {
        error: 'Allowed are values of the form Header=ENVIRONMENT_VARIABLE',
      }),
    )
    .nullish(),
  timeout_ms: timeout,
  /** Fields of the answer that nobody gets to see, by name or by path (`user.email`). */
  redact: z.array(z.string().min(1)).nullish(),
  request: z
    .strictObject({
      /** Arguments that travel in the query: their names, or a map of parameter to argument. */
      query_params: z.union([z.array(z.string()), stringMap]).nullish(),
      /** Arguments that travel in headers: their names, or a map of header to argument or template. */
      header_params: z.union([z.array(z.string()), stringMap]).nullish(),
      /** JMESPath expression that makes the body of the arguments. */
      body_mapping: z.string().optional(),
      /** Arguments that are not sent. */
      exclude: z.array(z.string()).nullish(),
      static_query: z.record(z.string(), scalar).nullish(),
      static_headers: stringMap.nullish(),
      static_body: freeMap.nullish(),
    })
    .nullish(),
  response: z
    .strictObject({
      /** JMESPath expression that makes the result of the answer. */
      body_mapping: z.string().optional(),
    })
    .nullish(),
  /** Whether an answer may be an image, audio, video or a PDF; with `accept_types`, which ones. */
  multimodal: z
    .union([
      z.boolean(),
      z.looseObject({
        enabled: z.boolean().optional(),
        accept_types: z.array(z.string()).optional(),
      }),
    ])
    .nullish(),
});

export type HttpToolSpec = z.infer<typeof httpToolSchema>;

/** A tool of mode `exec`. */
export const execToolSchema = z.strictObject({
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  /** A map of variables, or a list of `NAME` (taken from the environment) and `NAME=value`. */
  env: z.union([stringMap, z.array(z.string().min(1))]).nullish(),
  runtime: z.enum(['exec', 'server']).optional(),
  timeout_ms: timeout,
  sandbox: z.union([z.string(), z.boolean(), freeMap]).nullish(),
});

export type ExecToolSpec = z.infer<typeof execToolSchema>;

/** A tool that the user's own program would carry out. */
const clientToolSchema = z.strictObject({
  consent: z
    .strictObject({
      required: z.boolean().optional(),
      message: z.string().optional(),
      decline_strategy: z.enum(['fallback', 'error', 'retry']).optional(),
    })
    .nullish(),
  timeout_ms: timeout,
  categories: z.array(z.string()).nullish(),
  validate_output: z.boolean().optional(),
});

const fields = {
  name: z.string().optional(),
  description: z.string(),
  input_schema: jsonSchema,
  mode: z.enum(['mock', 'live', 'mcp', 'exec', 'client']),
  timeout_ms: timeout,
  mock_result: z.unknown().optional(),
  mock_template: z.string().optional(),
  mock_parts: z.array(partSchema).nullish(),
  http: httpToolSchema.nullish(),
  exec: execToolSchema.nullish(),
  mcp: mcpToolSchema.nullish(),
  client: clientToolSchema.nullish(),
};

type Block = 'http' | 'exec' | 'mcp';

const NEEDED: Partial<Record<string, Block>> = { live: 'http', exec: 'exec' };

function needsBlock(
  spec: { mode: string } & Partial<Record<Block, unknown>>,
  context: z.RefinementCtx,
) {
  const block = NEEDED[spec.mode];
  if (block && !spec[block]) {
    context.addIssue({
      code: 'custom',
      path: ['mode'],
      message: `A tool of mode ${spec.mode} needs the block ${block}`,
    });
  }
}

export const toolSpecSchema = z
  .strictObject({ ...fields, output_schema: jsonSchema })
  .superRefine(needsBlock);

export type ToolSpec = z.infer<typeof toolSpecSchema>;

/** A tool of a ToolRegistry: nothing says what its results look like unless its server does. */
export const registryToolSpecSchema = z
  .strictObject({ ...fields, output_schema: jsonSchema.optional() })
  .superRefine(needsBlock);

export type RegistryToolSpec = z.infer<typeof registryToolSpecSchema>;

export const toolSchema = manifest('Tool', toolSpecSchema);
