import { clusterCommand } from './cli/clusterCommand';
import { postgresCommand } from './cli/postgresCommand';
import { testClusterCommand } from './cli/testClusterCommand';
import { ensurePortalImage } from './images/portalImage';
import { whyNoCluster } from './whyNoCluster';

const commands: Record<string, (args: string[]) => Promise<void>> = {
  cluster: clusterCommand,
  postgres: postgresCommand,
  /** Builds the image of the portal for tests ahead of them. */
  'portal-image': async () => {
    await ensurePortalImage();
  },
  'test-cluster': testClusterCommand,
  /** Why there cannot be a cluster here; nothing when there can. */
  'why-no-cluster': async () => {
    process.stdout.write((await whyNoCluster()) ?? '');
  },
};

async function main([name, ...args]: string[]): Promise<void> {
  const command = commands[name];
  if (!command) {
    const allowed = Object.keys(commands).join(', ');
    throw new Error(`Unknown command '${name}': allowed are ${allowed}`);
  }
  await command(args);
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
});
