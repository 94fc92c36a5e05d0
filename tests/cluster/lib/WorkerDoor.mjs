import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Where all pods find the backend, whichever it is at the moment: what a Service does. */
export class WorkerDoor {
  /** Port of the worker listener to which new connections go. */
  target = 0;

  #sockets = new Set();
  #server = createServer(inner => {
    const outer = connect(this.target, '127.0.0.1');
    for (const [socket, peer] of [
      [inner, outer],
      [outer, inner],
    ]) {
      this.#sockets.add(socket);
      socket.on('error', () => peer.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        peer.destroy();
      });
    }
    inner.pipe(outer);
    outer.pipe(inner);
  });

  /** @param {string} host - address of this machine for pods */
  async open(host) {
    this.#server.listen(0, host);
    await once(this.#server, 'listening');
    const { address, port } = this.#server.address();
    return `http://${address}:${port}/api/arena/worker/v1`;
  }

  close() {
    this.#server.close();
    this.#sockets.forEach(socket => socket.destroy());
  }
}
