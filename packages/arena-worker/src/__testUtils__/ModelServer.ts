import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';

/** An OpenAI-compatible server that counts what it is asked, as whoever sends the bill would. */
export class ModelServer {
  calls = 0;
  inFlight = 0;
  mostInFlight = 0;
  readonly authorizations = new Set<string>();
  readonly #server: Server;
  readonly #delayMs: () => number;

  private constructor(options: { delayMs: () => number }) {
    this.#delayMs = options.delayMs;
    this.#server = createServer((request, response) => {
      this.calls += 1;
      this.inFlight += 1;
      this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
      this.authorizations.add(request.headers.authorization ?? '');
      let isOver = false;
      const leave = () => {
        if (!isOver) this.inFlight -= 1;
        isOver = true;
      };
      response.on('close', leave);
      request.resume();
      setTimeout(() => {
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify({
            choices: [
              {
                index: 0,
                finish_reason: 'stop',
                message: {
                  role: 'assistant',
                  content: 'Welcome, and see you soon.',
                },
              },
            ],
            usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 },
          }),
        );
      }, this.#delayMs());
    });
  }

  static async start(options: { delayMs: () => number }): Promise<ModelServer> {
    const model = new ModelServer(options);
    await new Promise<void>(resolve =>
      model.#server.listen(0, '127.0.0.1', resolve),
    );
    return model;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/v1`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}
