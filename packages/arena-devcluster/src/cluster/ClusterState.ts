import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { isEnding, isRunning, ProcessId } from '../process/processInfo';
import { Component } from './commandOf';
import { Layout } from './Layout';

/** What must be known of a cluster to find it again. */
export interface ClusterState {
  /** The process whose end ends the cluster, as this machine numbers it. */
  init: ProcessId;
  slot?: number;
  /** Processes that have brought the components into the cluster; each component is the child of its own. */
  entered: Partial<Record<Component, number>>;
  /** Whether its folder is removed when it ends. */
  temporary: boolean;
  kube: string;
  coreDns?: string;
  apiServerArgs: string[];
}

/** Whether the cluster runs, and was not killed. */
export function isUp({ init }: ClusterState): boolean {
  return isRunning(init) && !isEnding(init);
}

/** Undefined when nothing runs. */
export function readState(layout: Layout): ClusterState | undefined {
  // It is replaced as a whole, and removed only when the cluster has ended.
  return existsSync(layout.state)
    ? JSON.parse(readFileSync(layout.state, 'utf8'))
    : undefined;
}

export async function writeState(
  layout: Layout,
  state: ClusterState,
): Promise<void> {
  const part = `${layout.state}.${process.pid}`;
  await writeFile(part, JSON.stringify(state, undefined, 2));
  await rename(part, layout.state);
}
