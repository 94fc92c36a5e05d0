import { AgentRuntimeSpec } from '@backstage-arena/plugin-arena-common';
import { z } from 'zod/v4';
import { SignIn } from '../planning/headerCredentials';

/** Where an agent listens, as its spec says. */
export interface AgentFacade {
  url: string;
  /** Token that clients sign in with. */
  secretRef?: SignIn['ref'];
  /** How long the agent waits for a tool of its client. */
  clientToolTimeout: string;
}

/** The part of `expose` that is ours; others may keep fields of their own beside it. */
const exposeSchema = z.looseObject({
  url: z
    .string()
    .regex(/^(wss?|https?):\/\/[^/]/, {
      error: 'must be a ws://, wss://, http:// or https:// address',
    })
    .refine(URL.canParse, { error: 'is no address' })
    .optional(),
  secretRef: z
    .strictObject({ name: z.string().min(1), key: z.string().optional() })
    .optional(),
});

/**
 * The first facade of type websocket.
 *
 * @returns the reason when there is none, or when it does not say where it is reached.
 */
export function agentFacade(
  spec: AgentRuntimeSpec,
): AgentFacade | { missing: string } {
  const list = spec.facades ?? (spec.facade ? [spec.facade] : []);
  const index = list.findIndex(({ type }) => type === 'websocket');
  if (index < 0) {
    return { missing: 'spec.facades has no facade of type websocket' };
  }
  const field = spec.facades ? `spec.facades[${index}]` : 'spec.facade';
  const { expose, clientToolTimeout } = list[index];
  const parsed = exposeSchema.safeParse(expose ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return {
      missing: `${field}.expose.${issue.path.join('.')}: ${issue.message}`,
    };
  }
  const { url, secretRef } = parsed.data;
  if (!url) {
    return {
      missing: `${field}.expose.url is not set: it says where the agent is reached, for example ws://localhost:8080/ws`,
    };
  }
  return { url: websocketUrl(url), secretRef, clientToolTimeout };
}

/** Facades listen at `/ws` unless something else is said. */
function websocketUrl(text: string): string {
  const url = new URL(text.replace(/^http/, 'ws'));
  if (url.pathname === '/') url.pathname = '/ws';
  return url.href;
}
