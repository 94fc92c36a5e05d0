import { z } from 'zod/v4';
import { compilePattern } from '../../text/regex';
import { stringMap } from './common';

const skill = z.looseObject({
  id: z.string().min(1).describe('Second part of the name of its tool.'),
  name: z.string().optional(),
  description: z
    .string()
    .optional()
    .describe('What the model reads about the tool.'),
});

const card = z.looseObject({
  name: z
    .string()
    .min(1)
    .describe('First part of the names of its tools, lower-cased.'),
  description: z.string().optional(),
  skills: z.array(skill).nullish().describe('Each becomes a tool.'),
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
  skill: z.string().optional().describe('Id of a skill; without it, any.'),
  match: z
    .strictObject({
      contains: z
        .string()
        .optional()
        .describe('Text that the query has, whatever its case.'),
      regex: pattern.optional().describe('RE2 pattern that the query has.'),
    })
    .nullish()
    .describe('Both must hold; without either, every query fits.'),
  response: z
    .strictObject({
      parts: z.array(z.looseObject({ text: z.string().optional() })).nullish(),
    })
    .nullish()
    .describe('What the agent answers: the texts of its parts, joined.'),
  error: z
    .string()
    .optional()
    .describe('The agent fails; in compatible runs, an answer like any other.'),
});

export type AgentRule = z.infer<typeof rule>;

/** An agent: one that answers by rules, or a remote one. */
export const agentSchema = z
  .strictObject({
    name: z.string().optional(),
    card: card
      .nullish()
      .describe('What the agent is; for one that answers by rules.'),
    responses: z
      .array(rule)
      .nullish()
      .describe('Tried in this order; the first that fits answers.'),
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Where a remote agent is; its card is read from there.'),
    auth: z
      .strictObject({
        scheme: z.string().optional().describe('Default Bearer.'),
        token: z.string().optional(),
        token_env: z
          .string()
          .optional()
          .describe('Environment variable that has the token.'),
      })
      .nullish()
      .describe('What the Authorization header has.'),
    headers: stringMap.nullish().describe('Sent with every request.'),
    skill_filter: z
      .strictObject({
        allowlist: z.array(z.string()).nullish(),
        blocklist: z.array(z.string()).nullish(),
      })
      .nullish()
      .describe('Ids of the skills that become tools.'),
    timeout_ms: z
      .int()
      .min(1)
      .optional()
      .describe('Longest time of one call; default 60000.'),
  })
  .refine(agent => Boolean(agent.card) !== Boolean(agent.url), {
    error:
      'An agent has either a card, for one that answers by rules, or a url',
  });

export type AgentSpec = z.infer<typeof agentSchema>;
export type AgentCard = z.infer<typeof card>;
export type AgentSkill = z.infer<typeof skill>;
