import { createRequire } from 'node:module';
import { RowTeller } from './RowTeller.mjs';

const require = createRequire(import.meta.url);
require('@backstage/cli/config/nodeTransform.cjs');
const {
  startMockLlm,
} = require('../../../packages/arena-devcluster/src/mockLlm/startMockLlm.ts');

/** Of the model of a load test, whose pace is its own. */
const LOAD_CALL_MS = 40;
const SLOW_ANSWER_MS = 2_000;

/** What a fault makes of a call. */
const MISHAPS = {
  refused: { status: 429, headers: { 'retry-after': '1' } },
  broken: { status: 500 },
  cut: { cutAfterChunks: 1 },
  slow: { latencyMs: SLOW_ANSWER_MS },
};

/** The model of one workload: a server with a log of all calls, whose next calls can be made to go wrong. */
export class Model {
  url;
  /** @type {RowTeller | undefined} */
  rows;
  /** How often calls were cut that are paid for. */
  cuts = 0;
  /** How many calls went wrong, by what was made of them. */
  mishaps = {};
  #server;
  #next = [];

  /**
   * @param {import('./workloads.mjs').Workload} workload
   * @param {import('./Pace.mjs').Pace} pace
   */
  static async start(workload, pace) {
    const model = new Model();
    const isLoad = workload.kind === 'loadtest';
    if (workload.kind === 'datagen') model.rows = new RowTeller();
    model.#server = await startMockLlm({
      reply: request => {
        const mishap = model.#next.shift();
        if (mishap) model.mishaps[mishap] = (model.mishaps[mishap] ?? 0) + 1;
        if (mishap === 'cut') model.cuts += 1;
        const latencyMs = isLoad ? LOAD_CALL_MS : pace.callMs();
        const answer = { latencyMs, ...MISHAPS[mishap] };
        if (answer.status) return answer;
        const last = request.messages.at(-1).content;
        const text = model.rows?.say() ?? `You said: ${last}`;
        return { ...answer, text };
      },
    });
    model.url = model.#server.url;
    return model;
  }

  get calls() {
    return this.#server.calls;
  }

  inFlight() {
    return this.#server.inFlight();
  }

  /** Lets the next calls go wrong. */
  disturb(mishap, count) {
    this.#next = Array.from({ length: count }, () => mishap);
  }

  stop() {
    return this.#server.stop();
  }
}
