import { z } from 'zod/v4';
import { compilePattern } from '../../text/regex';
import { stringMap } from './common';

const skill = z.looseObject({
  id: z.string().min(1),
  name: z.string().optional(),
  description: z.string().optional(),
});

const card = z.looseObject({
  name: z.string().min(1),
  description: z.string().optional(),
  skills: z.array(skill).nullish(),
});

const pattern = z.string().check(context => {
  const compiled = compilePattern(context.value);
  if (typeof compiled !== 'string') return;
  context.issues.push({
    code: 'custom',
    input: context.value,
    message: compiled,
  });
});

const rule = z.strictObject({
  /** Id of a skill; absent: any. */
  skill: z.string().optional(),
  match: z
    .strictObject({
      contains: z.string().optional(),
      regex: pattern.optional(),
    })
    .nullish(),
  response: z
    .strictObject({
      parts: z.array(z.looseObject({ text: z.string().optional() })).nullish(),
    })
    .nullish(),
  error: z.string().optional(),
});

export type AgentRule = z.infer<typeof rule>;

/** An agent: one that answers by rules, or a remote one. */
export const agentSchema = z
  .strictObject({
    name: z.string().optional(),
    card: card.nullish(),
    responses: z.array(rule).nullish(),
    url: z.url({ protocol: /^https?$/ }).optional(),
    auth: z
      .strictObject({
        /** Default `Bearer`. */
        scheme: z.string().optional(),
        token: z.string().optional(),
        token_env: z.string().optional(),
      })
      .nullish(),
    headers: stringMap.nullish(),
    skill_filter: z
      .strictObject({
        allowlist: z.array(z.string()).nullish(),
        blocklist: z.array(z.string()).nullish(),
      })
      .nullish(),
    timeout_ms: z.int().min(1).optional(),
  })
  .refine(agent => Boolean(agent.card) !== Boolean(agent.url), {
    error:
      'An agent has either a card, for one that answers by rules, or a url',
  });

export type AgentSpec = z.infer<typeof agentSchema>;
export type AgentCard = z.infer<typeof card>;
export type AgentSkill = z.infer<typeof skill>;
