import { Command } from 'commander';
import { lazy } from '../cli/lazy';
import { addOutputOption, OutputOption } from '../cli/outputOption';

export interface LoginFlags extends OutputOption {
  token?: string;
  guest?: boolean;
  cluster?: string;
  namespace?: string;
}

export function addLoginCommand(program: Command): void {
  const command = program
    .command('login')
    .description('remember a portal and how to sign in to it')
    .argument('[url]', 'address of the portal (ARENA_URL)')
    .option(
      '--token <token>',
      'Backstage token; - reads it from standard input',
    )
    .option('--guest', 'sign in as the guest of a portal that lets guests in')
    .option('--cluster <name>', 'cluster to use from now on')
    .option('-n, --namespace <name>', 'namespace to use from now on')
    .allowExcessArguments(false);
  addOutputOption(command);
  command.action(async (url: string | undefined, flags: LoginFlags) => {
    const loginCommand = await lazy(import('../portal/login'), 'loginCommand');
    await loginCommand(url, flags);
  });
}
