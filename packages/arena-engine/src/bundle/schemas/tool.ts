import { z } from 'zod/v4';
import { freeMap, manifest } from './common';
import { partSchema } from './scenario';

const jsonSchema = z.union([freeMap, z.boolean()]);

export const toolSpecSchema = z.strictObject({
  name: z.string().optional(),
  description: z.string(),
  input_schema: jsonSchema,
  output_schema: jsonSchema,
  mode: z.enum(['mock', 'live', 'mcp', 'exec', 'client']),
  timeout_ms: z.int().min(0).optional(),
  mock_result: z.unknown().optional(),
  mock_template: z.string().optional(),
  mock_parts: z.array(partSchema).nullish(),
  http: freeMap.nullish(),
  exec: freeMap.nullish(),
  client: freeMap.nullish(),
});

export type ToolSpec = z.infer<typeof toolSpecSchema>;

export const toolSchema = manifest('Tool', toolSpecSchema);
