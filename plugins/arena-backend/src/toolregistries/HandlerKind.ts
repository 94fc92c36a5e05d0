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

/** Tools that a status can hold. */
export const MAX_TOOLS = 1_024;
/** Bytes of all tools of a registry: an object of a cluster cannot have more than 1 MiB. */
export const MAX_TOOLS_BYTES = 512 * 1024;
/** Longest description that a status keeps. */
const MAX_DESCRIPTION = 4_096;
const MAX_TOOL_NAME = 256;
const MAX_ENDPOINT = 2_048;
const MAX_TOOL_BYTES = 64 * 1024;

/** @throws Error when a tool is larger than a status keeps. */
export function foundTool(tool: FoundTool): FoundTool {
  const { name, endpoint = '', description } = tool;
  const shown = name.length > MAX_TOOL_NAME ? `${name.slice(0, 40)}…` : name;
  if (name.length === 0 || name.length > MAX_TOOL_NAME) {
    throw new Error(
      `the name of tool ${shown} has ${name.length} characters, allowed are 1 to ${MAX_TOOL_NAME}`,
    );
  }
  if (endpoint.length > MAX_ENDPOINT) {
    throw new Error(
      `the address of tool ${shown} has ${endpoint.length} characters, allowed are ${MAX_ENDPOINT}`,
    );
  }
  const kept = { ...tool, description: description?.slice(0, MAX_DESCRIPTION) };
  const bytes = Buffer.byteLength(JSON.stringify(kept));
  if (bytes > MAX_TOOL_BYTES) {
    throw new Error(
      `tool ${shown} has ${bytes} bytes with its schemas, allowed are ${MAX_TOOL_BYTES}`,
    );
  }
  return kept;
}

/** Something that is wrong with a handler in itself, and is known only when its server was asked. */
export class HandlerFault extends Error {}

/** A block that admission has asked for. */
export function given<T>(block: T | undefined, name: string): T {
  if (block === undefined) throw new TypeError(`${name} is not set`);
  return block;
}
