import { Command, Option } from 'commander';
import { lazy } from '../cli/lazy';
import { addPortalOptions, PortalFlags } from '../cli/portalOptions';

export interface GetFlags extends PortalFlags {
  output: 'text' | 'wide' | 'yaml' | 'json' | 'name';
  watch?: boolean;
  allNamespaces?: boolean;
  selector?: string;
  fieldSelector?: string;
}

export function addGetCommand(program: Command): void {
  const command = program
    .command('get')
    .description('show objects of a portal')
    .argument('<kind>', 'kind, or KIND/NAME')
    .argument('[names...]', 'names; without any: all objects of the kind')
    .addOption(
      new Option('-o, --output <form>', 'form of what is printed')
        .choices(['text', 'wide', 'yaml', 'json', 'name'])
        .default('text'),
    )
    .option('-w, --watch', 'go on and show changes')
    .option('-A, --all-namespaces', 'objects of all namespaces')
    .option('-l, --selector <labels>', 'only objects with these labels')
    .option('--field-selector <fields>', 'only objects with these fields');
  addPortalOptions(command);
  command.action(async (kind: string, names: string[], flags: GetFlags) => {
    const getCommand = await lazy(import('../portal/get'), 'getCommand');
    await getCommand(kind, names, flags);
  });
}
