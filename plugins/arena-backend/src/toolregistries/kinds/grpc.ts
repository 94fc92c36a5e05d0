import { HandlerKind } from '../HandlerKind';

const FAULT =
  'tools of type grpc cannot be called by workers; allowed are http, openapi, mcp and client';

/** Kept for objects that other systems use; no worker speaks gRPC. */
export const grpcKind: HandlerKind = {
  fault: () => FAULT,

  known({ tool, grpcConfig }) {
    return tool
      ? [
          {
            ...tool,
            endpoint: grpcConfig?.endpoint,
            status: 'Unavailable',
            error: FAULT,
          },
        ]
      : [];
  },

  async discover(handler) {
    throw new TypeError(`handler ${handler.name}: ${FAULT}`);
  },

  toSpec() {
    throw new TypeError(FAULT);
  },
};
