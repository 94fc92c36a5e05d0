import { KubeConfig } from '@kubernetes/client-node';
import { once } from 'node:events';
import { AddressInfo, connect, createServer, Server, Socket } from 'node:net';

/** A network between a client and an API server, to be cut, and to be made silent. */
export class NetworkGate {
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  readonly #frozen = new WeakSet<Socket>();

  private constructor(target: URL) {
    this.#target = target;
  }

  static async open(kubeConfig: KubeConfig): Promise<NetworkGate> {
    const gate = new NetworkGate(
      new URL(kubeConfig.getCurrentCluster()?.server ?? ''),
    );
    await gate.mend();
    return gate;
  }

  /** The configuration with the gate in place of the API server. */
  through(kubeConfig: KubeConfig): KubeConfig {
    const cluster = kubeConfig.getCurrentCluster();
    const user = kubeConfig.getCurrentUser();
    if (!cluster || !user) throw new Error('The configuration has no context');
    const through = new KubeConfig();
    through.loadFromClusterAndUser(
      { ...cluster, server: `https://127.0.0.1:${this.#port}` },
      user,
    );
    return through;
  }

  /** Breaks all connections and refuses new ones. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#sockets.forEach(socket => socket.destroy());
    server?.close();
    if (server?.listening) await once(server, 'close');
  }

  /** Breaks all connections once; new ones work. */
  interrupt(): void {
    this.#sockets.forEach(socket => socket.destroy());
  }

  async mend(): Promise<void> {
    this.#server = createServer({ allowHalfOpen: false }, inner => {
      const { hostname, port } = this.#target;
      const outer = connect(Number(port), hostname);
      for (const [socket, peer] of [
        [inner, outer],
        [outer, inner],
      ]) {
        this.#sockets.add(socket);
        socket.on('data', data => {
          if (!this.#frozen.has(socket)) peer.write(data);
        });
        socket.on('error', () => peer.destroy());
        socket.on('close', () => {
          this.#sockets.delete(socket);
          peer.destroy();
        });
      }
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    // Later ones at the same place.
    const { port } = this.#server.address() as AddressInfo;
    this.#port = port;
  }

  /** Nothing gets through the connections that there are, and nobody is told; new ones work. */
  freeze(): void {
    this.#sockets.forEach(socket => this.#frozen.add(socket));
  }
}
