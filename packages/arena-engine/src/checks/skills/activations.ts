import { CheckInput } from '../Check';

const ACTIVATE = 'skill__activate';

/** Names of the skills that were activated, in order. A failed activation is none. */
export function activatedSkills({
  toolCalls,
}: Pick<CheckInput, 'toolCalls'>): string[] {
  return toolCalls.flatMap(({ name, arguments: args, error }) =>
    name === ACTIVATE && error === undefined && typeof args.name === 'string'
      ? [args.name]
      : [],
  );
}
