import { Dispatcher } from 'undici';
import { Connections, openConnections } from './openConnections';

const IDLE_CONNECTION_MS = 4_000;

/** Connections to any servers, made when they are first needed and ended together. */
export class ConnectionSet {
  private readonly open = new Map<string, Connections>();
  private isClosed = false;

  /**
   * @param origin - scheme, host and port
   * @throws Error when the set is closed.
   */
  to(origin: string): Dispatcher {
    if (this.isClosed) throw new Error('the run is over');
    let connections = this.open.get(origin);
    if (!connections) {
      connections = openConnections({
        origin,
        idleConnectionMs: IDLE_CONNECTION_MS,
      });
      this.open.set(origin, connections);
    }
    return connections.dispatcher;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const all = [...this.open.values()];
    this.open.clear();
    await Promise.all(all.map(connections => connections.close()));
  }
}
