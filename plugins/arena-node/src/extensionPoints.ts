import { createExtensionPoint } from '@backstage/backend-plugin-api';
import { WorkerLauncher } from './launchers/WorkerLauncher';
import { SourceFetcher } from './sources/SourceFetcher';

/** Adds ways to start workers. @public */
export interface ArenaLauncherExtensionPoint {
  addLauncher(launcher: WorkerLauncher): void;
}

/** @public */
export const arenaLauncherExtensionPoint =
  createExtensionPoint<ArenaLauncherExtensionPoint>({ id: 'arena.launchers' });

/** Adds types of ArenaSource. @public */
export interface ArenaSourceExtensionPoint {
  addFetcher(fetcher: SourceFetcher): void;
}

/** @public */
export const arenaSourceExtensionPoint =
  createExtensionPoint<ArenaSourceExtensionPoint>({ id: 'arena.sources' });
