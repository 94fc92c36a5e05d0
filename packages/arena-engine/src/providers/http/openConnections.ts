import { Dispatcher } from 'undici';
import { createDispatcher, DispatcherOptions } from './createDispatcher';

/** A share in the connections to one server. */
export interface Connections {
  readonly dispatcher: Dispatcher;
  /** Ends them when nobody else has a share; a call that was given up may still hold one. */
  close(): Promise<void>;
}

/** What the connections that are made depend on, beside their options. */
const ENVIRONMENT = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'SSL_CERT_FILE'];

const shared = new Map<string, { dispatcher: Dispatcher; users: number }>();

/**
 * Opens connections to a server. Providers of one server share them: a run has many, and each would keep some that it does not
 * need just now. A limit is a provider's own, and so are its connections then.
 */
export function openConnections(options: DispatcherOptions): Connections {
  if (options.maxConnections) {
    const dispatcher = createDispatcher(options);
    return { dispatcher, close: () => dispatcher.destroy() };
  }
  const key = JSON.stringify([
    options,
    ...ENVIRONMENT.flatMap(name => [
      process.env[name],
      process.env[name.toLowerCase()],
    ]),
  ]);
  const entry = shared.get(key) ?? {
    dispatcher: createDispatcher(options),
    users: 0,
  };
  shared.set(key, entry);
  entry.users += 1;
  let isOpen = true;
  return {
    dispatcher: entry.dispatcher,
    async close() {
      if (!isOpen) return;
      isOpen = false;
      entry.users -= 1;
      if (entry.users > 0) return;
      shared.delete(key);
      await entry.dispatcher.destroy();
    },
  };
}
