import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ensureBuilt } from '../../packages/arena-devcluster/src/binary/ensureBuilt';
import { printProgress } from '../../packages/arena-devcluster/src/binary/Progress';
import { userCache } from '../../packages/arena-devcluster/src/binary/userCache';
import { runTool } from './runTool';

/**
 * Installs a package from npm the first time, in a folder of its own outside the repository.
 *
 * @returns the folder in which its `node_modules` is
 */
export async function npmTool(options: {
  name: string;
  version: string;
  takes: string;
}): Promise<string> {
  const { name, version, takes } = options;
  const node = process.versions.node;
  return ensureBuilt({
    target: userCache('peers', `${name}-${version}-node-${node}`),
    what: `${name} ${version} (${takes} the first time)`,
    progress: printProgress,
    async build(part) {
      await mkdir(part, { recursive: true });
      await writeFile(
        join(part, 'package.json'),
        JSON.stringify({
          private: true,
          dependencies: { [name]: version },
        }),
      );
      await runTool('npm', ['install', '--no-audit', '--no-fund'], {
        cwd: part,
        env: {
          // Headers for packages that compile themselves.
          npm_config_nodedir: dirname(dirname(process.execPath)),
          PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
          // Else what is only installed for development is left out, and scripts of packages that look at it fail.
          NODE_ENV: undefined,
        },
      });
    },
  });
}
