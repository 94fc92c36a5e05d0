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
    redact: text => variables.redact(text),
  };
}

function environment(
  env: string[] | Record<string, string>,
  variables: Variables,
): Record<string, string> {
  if (!Array.isArray(env)) return variables.expandAll(env, 'exec.env');
  return Object.fromEntries(
    env.map(entry => {
      const [name, ...rest] = entry.split('=');
      if (rest.length === 0) return [name, variables.read(name, 'exec.env')];
      const value = rest.join('=');
      variables.rememberFields({ [name]: value });
      return [name, variables.expand(value, `exec.env.${name}`)];
    }),
  );
}
