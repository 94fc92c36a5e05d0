import {
  DiscoveredTool,
  ToolHandler,
} from '@backstage-arena/plugin-arena-common';
import { Web } from '../web/Web';

/** A tool as it was found; the registry adds when it was. */
export interface FoundTool
  extends Pick<
    DiscoveredTool,
    'name' | 'description' | 'endpoint' | 'status' | 'error'
  > {
  inputSchema?: object;
  outputSchema?: object;
}

/** What looking for tools needs. */
export interface DiscoveryContext {
  web: Web;
  /** With the value that signs in, if the handler wants one. */
  headers: Record<string, string>;
  /** Whether programs may be started. */
  allowStdio: boolean;
  /** Whether addresses of tools are probed; without, their status is `Unknown`. */
  probe: boolean;
  probeTimeoutMs: number;
  /** For listing the tools of a server. */
  timeoutMs: number;
  /** What a program that is started inherits. */
  environment: Record<string, string>;
}

/** One type of handler: how its tools are found, and how a worker calls them. */
export interface HandlerKind {
  /** What is wrong with the handler in itself, before anybody is asked. */
  fault?(handler: ToolHandler, allow: { stdio: boolean }): string | undefined;
  /** What is shown of a handler with a fault, without asking anybody. */
  known?(handler: ToolHandler): FoundTool[];
  /** @throws Error when tools cannot be listed. */
  discover(
    handler: ToolHandler,
    context: DiscoveryContext,
  ): Promise<FoundTool[]>;
  /** The block of the PromptKit tool spec that says how the tool is called, with its mode and the schema of its arguments. */
  toSpec(
    handler: ToolHandler,
    tool: DiscoveredTool,
  ): { mode: string; input_schema: unknown } & Record<string, unknown>;
}

/** Arguments of a tool that says nothing about them. */
export const ANY_ARGUMENTS = { type: 'object' };

/** Longest description that a status keeps. */
const MAX_DESCRIPTION = 4_096;
const MAX_SCHEMA_BYTES = 64 * 1024;

/** @throws Error when a schema is larger than a status keeps. */
export function foundTool(tool: FoundTool): FoundTool {
  const bytes = Buffer.byteLength(JSON.stringify(tool.inputSchema ?? {}));
  if (bytes > MAX_SCHEMA_BYTES) {
    throw new Error(
      `the schema of tool ${tool.name} has ${bytes} bytes, allowed are ${MAX_SCHEMA_BYTES}`,
    );
  }
  return {
    ...tool,
    description: tool.description?.slice(0, MAX_DESCRIPTION),
  };
}

/** A block that admission has asked for. */
export function given<T>(block: T | undefined, name: string): T {
  if (block === undefined) throw new TypeError(`${name} is not set`);
  return block;
}
