import { z } from 'zod/v4';
import { CheckDefinition, constant, verdict } from '../Check';
import { hasArgument, readConstraints } from './constraints';

const names = z.array(z.string());

/** How many steps of the sequence occur in order, gaps allowed. */
export function matchedSteps(
  called: ReadonlyArray<string>,
  sequence: readonly string[],
): number {
  let step = 0;
  for (const name of called) {
    if (step < sequence.length && name === sequence[step]) step++;
  }
  return step;
}

const sequence: CheckDefinition = {
  type: 'tool_call_sequence',
  params: z.strictObject({ sequence: names }),
  prepare(params) {
    const wanted = params.strings('sequence');
    if (wanted.length === 0) {
      return constant({ score: 1, explanation: 'The sequence is empty' });
    }
    return ({ toolCalls }) => {
      const steps = matchedSteps(
        toolCalls.map(({ name }) => name),
        wanted,
      );
      return {
        score: steps / wanted.length,
        explanation:
          steps === wanted.length
            ? `The calls follow ${wanted.join(' → ')}`
            : `The calls follow the sequence up to step ${steps}; next would be ${wanted[steps]}`,
      };
    };
  },
};

const chain: CheckDefinition = {
  type: 'tool_call_chain',
  params: z.strictObject({
    steps: z.array(
      z.strictObject({
        tool: z.string(),
        result_includes: names.optional(),
        result_matches: z.string().optional(),
        args_match: z.record(z.string(), z.string()).optional(),
        no_error: z.boolean().optional(),
      }),
    ),
  }),
  prepare(params) {
    const steps = params.maps('steps').map(step => ({
      tool: step.string('tool') ?? '',
      fault: readConstraints(step),
    }));
    if (steps.length === 0) {
      return constant({ score: 1, explanation: 'The chain has no steps' });
    }
    return ({ toolCalls }) => {
      let done = 0;
      for (const call of toolCalls) {
        const step = steps[done];
        if (!step || call.name !== step.tool) continue;
        const fault = step.fault(call);
        if (fault) {
          return {
            score: done / steps.length,
            explanation: `Step ${done + 1}, ${call.name}: ${fault}`,
          };
        }
        done++;
      }
      return {
        score: done / steps.length,
        explanation:
          done === steps.length
            ? `All ${done} steps were taken`
            : `Step ${done + 1}, ${steps[done].tool}, was not taken`,
      };
    };
  },
};

const antiPattern: CheckDefinition = {
  type: 'tool_anti_pattern',
  params: z.strictObject({
    patterns: z.array(
      z.strictObject({
        sequence: names.min(1),
        message: z.string().optional(),
      }),
    ),
  }),
  prepare(params) {
    const patterns = params.maps('patterns').map(pattern => ({
      steps: pattern.strings('sequence'),
      message: pattern.string('message'),
    }));
    return ({ toolCalls }) => {
      const called = toolCalls.map(({ name }) => name);
      const hit = patterns.find(
        ({ steps }) =>
          steps.length > 0 && matchedSteps(called, steps) === steps.length,
      );
      return verdict(
        !hit,
        hit
          ? hit.message ?? `The calls follow ${hit.steps.join(' → ')}`
          : 'No anti-pattern occurs',
      );
    };
  },
};

const invariantFields: CheckDefinition = {
  type: 'invariant_fields_preserved',
  params: z.strictObject({ tool: z.string(), fields: names.min(1) }),
  prepare(params, { quirks }) {
    const tool = params.string('tool') ?? '';
    const fields = params.strings('fields');
    if (tool === '' || fields.length === 0) {
      return constant({
        score: 0,
        explanation: 'tool and fields are required',
      });
    }
    return ({ toolCalls }) => {
      const calls = toolCalls.filter(({ name }) => name === tool);
      if (calls.length < 2)
        return verdict(true, `${tool} was called less than twice`);
      const broken = fields.filter(field => {
        let first: { value: string } | undefined;
        for (const call of calls) {
          if (!hasArgument(call, field)) {
            if (first) return true;
            continue;
          }
          const value = JSON.stringify(call.arguments[field]);
          // The original only notices a field that gets lost; its value may change.
          if (first && !quirks.onlyLostFieldsCount && first.value !== value) return true;
          first ??= { value };
        }
        return false;
      });
      return {
        score: (fields.length - broken.length) / fields.length,
        explanation:
          broken.length === 0
            ? 'All fields are kept'
            : `Not kept: ${broken.join(', ')}`,
      };
    };
  },
};

export const toolSequenceChecks = [
  sequence,
  chain,
  antiPattern,
  invariantFields,
];
