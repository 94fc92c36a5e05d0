import { Command } from 'commander';

export interface PortalFlags {
  url?: string;
  token?: string;
  cluster?: string;
  namespace?: string;
}

/** Where the portal is, who asks, and what the names mean. Each may also come from the environment or from `arena login`. */
export function addPortalOptions(command: Command): void {
  command
    .option('--url <url>', 'address of the portal (ARENA_URL)')
    .option('--token <token>', 'Backstage token (ARENA_TOKEN)')
    .option('--cluster <name>', 'cluster of the objects (ARENA_CLUSTER)')
    .option(
      '-n, --namespace <name>',
      'namespace of the objects (ARENA_NAMESPACE)',
    );
}
