import { ToolHandler } from '@backstage-arena/plugin-arena-common';
import { HandlerKind } from '../HandlerKind';
import { clientKind } from './client';
import { grpcKind } from './grpc';
import { httpKind } from './http';
import { mcpKind } from './mcp';
import { openApiKind } from './openapi';

/** How each type of handler is treated. */
export const HANDLER_KINDS: Readonly<Record<ToolHandler['type'], HandlerKind>> =
  {
    http: httpKind,
    openapi: openApiKind,
    mcp: mcpKind,
    grpc: grpcKind,
    client: clientKind,
  };
