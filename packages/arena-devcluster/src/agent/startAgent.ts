import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { AgentBehaviour, AgentSession } from './AgentSession';

/** @public */
export interface AgentOptions {
  /** Where it listens. Default: `127.0.0.1`; for pods: the `hostAddress` of their cluster. */
  host?: string;
  port?: number;
  /** Default: answers with the text of the message. */
  behaviour?: AgentBehaviour;
  /** Refuses clients without this token. */
  token?: string;
  /** Answers requests for a connection with this status instead. */
  refuse?: () => number | undefined;
  /** Whether a client may take up a session that it lost. Default true. */
  resumes?: boolean;
  /** False: says nothing to a new client, as a server that hangs. Default true. */
  greets?: boolean;
}

/** A request for a connection as the server saw it. @public */
export interface AgentConnectionRequest {
  query: Record<string, string>;
  authorization?: string;
}

/** @public */
export interface Agent {
  /** `ws://127.0.0.1:<port>/ws`, or the host it was told to listen on. */
  url: string;
  connections: readonly AgentConnectionRequest[];
  /** Connections that are open. */
  open(): number;
  /** Cuts all connections without a word. */
  dropAll(): void;
  stop(): Promise<void>;
}

/**
 * A small real agent, on the loopback interface unless told otherwise: it speaks the WebSocket protocol of agents and does what its
 * behaviour says.
 *
 * @public
 */
export async function startAgent(options: AgentOptions = {}): Promise<Agent> {
  const behaviour: AgentBehaviour =
    options.behaviour ?? (({ content, done }) => done(content));
  const sessions = new Map<string, AgentSession>();
  const connections: AgentConnectionRequest[] = [];
  const server = createServer((_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain' });
    response.end('Upgrade Required');
  });
  const sockets = new WebSocketServer({ noServer: true });

  function greet(socket: WebSocket, resume: string | undefined) {
    const known =
      resume && options.resumes !== false ? sessions.get(resume) : undefined;
    const session = known ?? new AgentSession(behaviour);
    sessions.set(session.id, session);
    socket.on('message', data => {
      session.receive(data).catch(() => socket.close(1011, 'agent failed'));
    });
    socket.on('error', () => socket.terminate());
    if (options.greets !== false) session.attach(socket, Boolean(known));
  }

  server.on('upgrade', (request, stream, head) => {
    const url = new URL(request.url ?? '/', 'http://agent');
    const query = Object.fromEntries(url.searchParams);
    const { authorization } = request.headers;
    connections.push({ query, authorization });
    const status =
      options.refuse?.() ??
      (options.token && authorization !== `Bearer ${options.token}`
        ? 401
        : undefined) ??
      (url.pathname === '/ws' && query.agent ? undefined : 400);
    if (status !== undefined) {
      stream.end(
        `HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 7\r\n\r\nrefused`,
      );
      return;
    }
    sockets.handleUpgrade(request, stream, head, socket =>
      greet(socket, query.resume),
    );
  });
  const { port = 0, host = '127.0.0.1' } = options;
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error(`${host} gave no port`);
  }
  const dropAll = () => sockets.clients.forEach(socket => socket.terminate());
  return {
    url: `ws://${host}:${address.port}/ws`,
    connections,
    open: () => sockets.clients.size,
    dropAll,
    async stop() {
      dropAll();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
