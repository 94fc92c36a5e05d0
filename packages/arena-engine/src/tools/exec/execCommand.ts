import { ExecToolSpec } from '../../bundle/schemas/tool';
import { ChildCommand } from '../process/ChildGroup';
import { Variables } from '../Variables';

/**
 * The process of a tool.
 *
 * @param cwd - the arena file's folder, which relative commands start from
 */
export function execCommand(
  spec: ExecToolSpec,
  cwd: string,
  variables: Variables,
): ChildCommand {
  return {
    command: spec.command,
    args: spec.args ?? [],
    env: environment(spec.env ?? {}, variables),
    cwd,
  };
}

function environment(
  env: string[] | Record<string, string>,
  variables: Variables,
): Record<string, string> {
  if (!Array.isArray(env)) return variables.expandAll(env, 'exec.env');
  return Object.fromEntries(
    env.map(entry => {
      const [name, ...value] = entry.split('=');
      return value.length > 0
        ? [name, variables.expand(value.join('='), `exec.env.${name}`)]
        : [name, variables.read(name, 'exec.env')];
    }),
  );
}
