import { createContext, useContext } from 'react';

/** Where a job or a source lives. */
export interface JobAddress {
  cluster: string;
  namespace: string;
  name: string;
}

/** Addresses of the plugin's own pages. */
export interface ArenaLinks {
  jobs(search?: Record<string, string>): string;
  sources(search?: Record<string, string>): string;
  source(address: JobAddress, search?: Record<string, string>): string;
  newJob(search?: Record<string, string>): string;
  job(address: JobAddress, search?: Record<string, string>): string;
  run(runId: string, search?: Record<string, string>): string;
  /** The first one is the baseline. */
  compare(runIds: readonly string[], search?: Record<string, string>): string;
}

/** A message that appears for a moment. */
export interface ArenaNotification {
  message: string;
  status: 'success' | 'info' | 'danger';
}

/**
 * What the pages need from the app around them. The two frontend systems differ in nothing else, so that each has one small
 * adapter and the components stay the same.
 */
export interface ArenaShell {
  readonly links: ArenaLinks;
  navigate(href: string): void;
  notify(notification: ArenaNotification): void;
}

const ArenaShellContext = createContext<ArenaShell | undefined>(undefined);

/** Puts an adapter in place. */
export const ArenaShellProvider = ArenaShellContext.Provider;

/** The app around the component. */
export function useArenaShell(): ArenaShell {
  const shell = useContext(ArenaShellContext);
  if (!shell) {
    throw new Error('An Arena component was rendered outside of its shell');
  }
  return shell;
}
