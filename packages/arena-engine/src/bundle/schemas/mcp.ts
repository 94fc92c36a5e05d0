import { z } from 'zod/v4';
import { freeMap, stringMap } from './common';

const transport = z.enum([
  'stdio',
  'sse',
  'streamable_http',
  'streamable-http',
]);

/** How an MCP server is reached. Values of `headers` and `env` may name environment variables as `${NAME}`. */
const connection = {
  transport: transport.optional(),
  command: z.string().optional(),
  args: z.array(z.string()).nullish(),
  env: stringMap.nullish(),
  working_dir: z.string().optional(),
  url: z.string().optional(),
  headers: stringMap.nullish(),
  timeout_ms: z.int().min(0).optional(),
};

const connectionSchema = z.strictObject(connection);

export type McpConnectionSpec = z.infer<typeof connectionSchema>;

/** The one transport that a connection means. */
export function transportOf(
  spec: Pick<McpConnectionSpec, 'transport' | 'url'>,
): 'stdio' | 'sse' | 'streamable_http' {
  const { transport: given, url } = spec;
  if (given === undefined) return url ? 'streamable_http' : 'stdio';
  return given === 'streamable-http' ? 'streamable_http' : given;
}

/** What a connection lacks, or undefined. */
function connectionFault(
  spec: Pick<McpConnectionSpec, 'transport' | 'url' | 'command'>,
): { field: 'command' | 'url'; message: string } | undefined {
  const kind = transportOf(spec);
  if (kind === 'stdio') {
    return spec.command
      ? undefined
      : { field: 'command', message: 'The transport stdio needs a command' };
  }
  if (!spec.url) {
    return { field: 'url', message: `The transport ${kind} needs a url` };
  }
  return /^https?:\/\//i.test(spec.url) && URL.canParse(spec.url)
    ? undefined
    : {
        field: 'url',
        message: `"${spec.url}" is no address: allowed are http and https`,
      };
}

/** An entry of `mcp_servers`. */
export const mcpServerSchema = z.strictObject({
  name: z.string().min(1),
  ...connection,
  tool_filter: z
    .strictObject({
      allowlist: z.array(z.string()).nullish(),
      blocklist: z.array(z.string()).nullish(),
    })
    .nullish(),
  scope: z.enum(['run', 'scenario', 'session']).optional(),
  source: z.string().optional(),
  source_args: freeMap.nullish(),
});

export type McpServerSpec = z.infer<typeof mcpServerSchema>;

export const mcpServersSchema = z
  .array(mcpServerSchema)
  .superRefine((servers, context) => {
    const names = new Set<string>();
    for (const [index, server] of servers.entries()) {
      if (names.has(server.name)) {
        context.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: `Two MCP servers have the name "${server.name}"`,
        });
      }
      names.add(server.name);
      // A server that comes out of a container says how itself.
      const fault = server.source ? undefined : connectionFault(server);
      if (fault) {
        context.addIssue({
          code: 'custom',
          path: [index, fault.field],
          message: fault.message,
        });
      }
    }
  });

/**
 * Which tool of which server a tool of mode `mcp` is: a server of `mcp_servers` by name, or one that is described in place. Without
 * this block the tool's own name says it (`mcp__<server>__<tool>`).
 */
export const mcpToolSchema = z
  .strictObject({
    server: z.string().optional(),
    /** Name at the server; default: that of the tool. */
    tool: z.string().optional(),
    ...connection,
  })
  .superRefine((spec, context) => {
    const isInPlace = Boolean(spec.command || spec.url || spec.transport);
    if (isInPlace === Boolean(spec.server)) {
      context.addIssue({
        code: 'custom',
        path: [],
        message:
          'Either server (a name of mcp_servers) or a connection (command or url) is needed',
      });
      return;
    }
    const fault = isInPlace ? connectionFault(spec) : undefined;
    if (fault) {
      context.addIssue({
        code: 'custom',
        path: [fault.field],
        message: fault.message,
      });
    }
  });

export type McpToolSpec = z.infer<typeof mcpToolSchema>;
