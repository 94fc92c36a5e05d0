import { Dispatcher } from 'undici';

/** What a server says to a handshake that it cannot accept: the request is wrong, or who asks has to sign in. */
const REFUSALS = [101, 400, 401, 403, 405, 426];

/**
 * Asks for a WebSocket in a version that does not exist, which every WebSocket server refuses before anything is opened. A server that
 * serves something else does not see a wrong handshake at all, and answers as to any request.
 *
 * @returns the status of the answer
 */
export function askForWebSocket(
  dispatcher: Dispatcher,
  url: URL,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    dispatcher.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'GET',
        upgrade: 'websocket',
        headers: {
          'user-agent': 'arena',
          'sec-websocket-key': 'YXJlbmEtcHJvYmUtYXJlbmE=',
          'sec-websocket-version': '0',
        },
      },
      {
        onRequestStart(controller) {
          signal.addEventListener('abort', () =>
            controller.abort(signal.reason),
          );
        },
        onRequestUpgrade(_, status, __, socket) {
          socket.on('error', () => undefined).destroy();
          resolve(status);
        },
        onResponseStart(controller, status) {
          resolve(status);
          // What it says does not matter, nor that it is cut off.
          controller.abort(new Error('answered'));
        },
        onResponseError: (_, error) => reject(error),
      },
    );
  });
}

/** Whether a status is that of a WebSocket server. */
export function isWebSocketRefusal(status: number): boolean {
  return REFUSALS.includes(status);
}
