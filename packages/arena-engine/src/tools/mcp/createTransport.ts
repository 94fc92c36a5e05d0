import path from 'node:path';
import type {
  FetchLike,
  Transport,
} from '@modelcontextprotocol/sdk/shared/transport.js';
import { McpConnectionSpec, transportOf } from '../../bundle/schemas/mcp';
import { HttpClient } from '../http/HttpClient';
import { Variables } from '../Variables';
import { limitedFetch } from './limitedFetch';
import { StdioTransport } from './StdioTransport';

export interface TransportContext {
  /** The arena file's folder. */
  cwd: string;
  client: HttpClient;
  variables: Variables;
}

/** A way to a server. */
export interface OpenTransport {
  transport: Transport;
  /** Tells the server that its session is over. */
  leave?: () => Promise<void>;
  /** Why the connection ended, where the transport knows. */
  fault?: () => string | undefined;
  /** Whether an error that the transport reports means that the connection is lost, where it does not end by itself. */
  isLoss?: (error: unknown) => boolean;
}

/**
 * Opens the way to a server. Nothing is sent yet.
 *
 * @throws ToolError when a variable is missing
 */
export async function createTransport(
  spec: McpConnectionSpec & {
    credentialSlots?: Readonly<Record<string, string>>;
  },
  { cwd, client, variables }: TransportContext,
): Promise<OpenTransport> {
  const kind = transportOf(spec);
  if (kind === 'stdio') {
    // Loaded only when used: most bundles have no servers.
    const { JSONRPCMessageSchema } = await import(
      '@modelcontextprotocol/sdk/types.js'
    );
    const stdio = new StdioTransport(
      {
        command: spec.command ?? '',
        args: spec.args ?? [],
        env: variables.expandAll(spec.env, 'env'),
        cwd: path.resolve(cwd, spec.working_dir ?? '.'),
        redact: text => variables.redact(text),
      },
      value => JSONRPCMessageSchema.parse(value),
    );
    return { transport: stdio, fault: () => stdio.fault };
  }
  const url = new URL(spec.url ?? '');
  const fetch: FetchLike = limitedFetch(client);
  const requestInit = {
    headers: {
      ...variables.expandAll(spec.headers, 'headers'),
      ...variables.slots(spec.credentialSlots),
    },
  };
  if (kind === 'sse') {
    const { SSEClientTransport, SseError } = await import(
      '@modelcontextprotocol/sdk/client/sse.js'
    );
    return {
      transport: new SSEClientTransport(url, { fetch, requestInit }),
      // It would go on with a session that the server does not know.
      isLoss: error => error instanceof SseError,
    };
  }
  const { StreamableHTTPClientTransport } = await import(
    '@modelcontextprotocol/sdk/client/streamableHttp.js'
  );
  const transport = new StreamableHTTPClientTransport(url, {
    fetch,
    requestInit,
  });
  return { transport, leave: () => transport.terminateSession() };
}
