import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const REQUEST_LINE = /^(?:GET|POST|PUT) (\S+) HTTP\/1\.1\r\n/;

/**
 * Stands between the workers and the backend. Requests pass; the answers to some are lost together with their connection, when the backend
 * has done what was asked.
 */
export class CuttingProxy {
  port;
  /** Of the backend. */
  targetPort;
  /** Paths whose answers were lost. */
  lost = [];
  #server;
  #sockets = new Set();
  #cuts = { pattern: undefined, left: 0 };

  static async start() {
    const proxy = new CuttingProxy();
    proxy.#server = createServer(socket => proxy.#accept(socket));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    proxy.port = proxy.#server.address().port;
    return proxy;
  }

  /** Loses the next answers to requests whose path matches. */
  cutNext(count, pattern) {
    this.#cuts = { pattern, left: count };
  }

  async stop() {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(client) {
    const backend = connect(this.targetPort, '127.0.0.1');
    const close = () => {
      client.destroy();
      backend.destroy();
    };
    for (const socket of [client, backend]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        close();
      });
      // Its close follows.
      socket.on('error', () => {});
    }
    let path;
    // Workers send one request after the other, and each begins with a piece of its own.
    client.on('data', piece => {
      path = REQUEST_LINE.exec(piece.toString('latin1', 0, 2_048))?.[1] ?? path;
      if (!backend.write(piece)) {
        client.pause();
        backend.once('drain', () => client.resume());
      }
    });
    backend.on('data', piece => {
      const { pattern, left } = this.#cuts;
      if (left > 0 && path && pattern.test(path)) {
        this.#cuts.left -= 1;
        this.lost.push(path);
        close();
        return;
      }
      if (!client.write(piece)) {
        backend.pause();
        client.once('drain', () => backend.resume());
      }
    });
  }
}
