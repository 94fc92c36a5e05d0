import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';

/**
 * Stands between one backend and the API server: knows what the backend asked and wrote, can be cut, and can stop the world for the backend
 * right after one of its requests.
 */
export class ApiGate {
  /** What came, in the order in which it came: `{ method, path, status? }`. */
  log = [];
  /** How many watches were told that what they go on from is gone. */
  gone = 0;

  #target;
  #agent;
  #sockets = new Set();
  #server;
  #port = 0;
  #trap;
  #isHolding = false;
  #late;

  /** @param {{ server: string, ca: Buffer, token: string }} target */
  constructor(target) {
    this.#target = target;
    this.#agent = new https.Agent({ keepAlive: true, ca: target.ca });
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** What changed something and was not refused, leases apart: only the elected backend may do such a thing. */
  writes(from = 0) {
    return this.log
      .slice(from)
      .filter(
        ({ method, path, status }) =>
          method !== 'GET' && !path.includes('/leases') && status < 300,
      );
  }

  async open() {
    const server = http.createServer((request, response) =>
      this.#pass(request, response),
    );
    server.on('connection', socket => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = server.address().port;
    this.#server = server;
  }

  /** Breaks all connections and refuses new ones, until it is opened again. */
  async cut() {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#sockets.forEach(socket => socket.destroy());
    await closed;
  }

  /**
   * From the next such request on, nothing gets through. `before`: it does not get there itself, or only late; otherwise the API server does
   * it, and the backend does not hear of it.
   *
   * @param {(request: { method: string, path: string }) => boolean} matches
   * @param {{ before: boolean }} options
   * @returns {Promise<void>} settled when it has come
   */
  holdAt(matches, { before }) {
    return new Promise(resolve => {
      this.#trap = { matches, before, resolve };
    });
  }

  /**
   * Brings the request that was held to the API server after all, as a slow network would.
   *
   * @returns {Promise<number>} the status of the answer, which nobody else hears
   */
  async deliverLate() {
    const { method, url, headers, body } = this.#late;
    const outgoing = this.#ask({ method, url, headers });
    outgoing.end(body);
    const [answer] = await once(outgoing, 'response');
    answer.resume();
    return answer.statusCode;
  }

  /** Ends what `holdAt` began; what was held is lost. */
  letGo() {
    this.#isHolding = false;
    this.#sockets.forEach(socket => socket.destroy());
  }

  #pass(request, response) {
    if (this.#isHolding) return;
    const { method, url, headers } = request;
    const entry = { method, path: url.split('?')[0] };
    const trap = this.#trap?.matches(entry) ? this.#trap : undefined;
    const spring = () => {
      this.#trap = undefined;
      this.#isHolding = true;
      trap.resolve();
    };
    if (trap?.before) {
      const chunks = [];
      request.on('data', chunk => chunks.push(chunk));
      request.once('end', () => {
        this.#late = { method, url, headers, body: Buffer.concat(chunks) };
        spring();
      });
      return;
    }
    this.log.push(entry);
    const outgoing = this.#ask({ method, url, headers });
    request.pipe(outgoing);
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    outgoing.on('response', answer => {
      entry.status = answer.statusCode;
      answer.on('error', () => response.destroy());
      if (trap) {
        answer.resume();
        answer.once('end', spring);
        return;
      }
      if (url.includes('watch=')) this.#lookForGone(answer);
      response.writeHead(answer.statusCode, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    });
  }

  #ask({ method, url, headers }) {
    const target = new URL(url, this.#target.server);
    return https.request(target, {
      method,
      agent: this.#agent,
      headers: { ...headers, host: target.host },
    });
  }

  #lookForGone(answer) {
    if (answer.statusCode === 410) this.gone += 1;
    answer.on('data', chunk => {
      if (chunk.includes('"type":"ERROR"') && chunk.includes('"code":410')) {
        this.gone += 1;
      }
    });
  }
}
