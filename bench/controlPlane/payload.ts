import { ItemReport } from '@backstage-arena/plugin-arena-common';

const RESULT_BYTES = 1_000;
const TRANSCRIPT_BYTES = 2_000;
const DISTINCT = 500;

const WORDS =
  'account address agent answer balance bank before billing call cancel card change charge check claim close contact contract customer date deliver detail device email error family find follow future goods guide help invoice issue item limit line login loyal member message mobile month number offer online open order owner package paper payment period person phone plan please point policy price problem process product profile question reason receive refund region reply request reset return review sale send service setting ship sign status store support system team term ticket time total transfer travel update upgrade user value visit voucher week window'.split(
    ' ',
  );

/** Small seeded generator, so that every run of the benchmark stores the same. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) % 2 ** 32;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

function prose(random: () => number, length: number): string {
  let text = '';
  while (text.length < length) {
    const word = WORDS[Math.floor(random() * WORDS.length)];
    text +=
      random() < 0.1 ? `${word} ${Math.floor(random() * 1e6)}. ` : `${word} `;
  }
  return text.slice(0, length);
}

type Payload = Omit<ItemReport, 'index' | 'attempt'>;

function payload(random: () => number): Payload {
  const failed = random() < 0.2;
  const inputTokens = Math.floor(200 + random() * 800);
  const outputTokens = Math.floor(50 + random() * 400);
  const result: Payload = {
    status: failed ? 'failed' : 'passed',
    startedAt: new Date().toISOString(),
    // An engine that does nothing takes no time.
    durationMs: Math.round(random() * 1_000_000) / 1e7,
    checksTotal: 4,
    checksFailed: failed ? 1 : 0,
    turns: 2,
    toolCalls: 1,
    inputTokens,
    outputTokens,
    cachedTokens: 0,
    cost: (inputTokens * 3 + outputTokens * 15) / 1e6,
    ttftMs: Math.round(random() * 500_000) / 1_000,
    message: '',
  };
  result.message = prose(random, RESULT_BYTES - JSON.stringify(result).length);
  const transcript = {
    version: 1,
    messages: [
      { role: 'user', content: prose(random, 400), turn: 0 },
      { role: 'assistant', content: '', turn: 0, latencyMs: 812.5 },
    ],
    checks: [
      {
        type: 'contains',
        level: 'turn',
        passed: !failed,
        explanation: 'found',
      },
    ],
  };
  transcript.messages[1].content = prose(
    random,
    TRANSCRIPT_BYTES - JSON.stringify(transcript).length,
  );
  return { ...result, transcript: JSON.stringify(transcript) };
}

function createDistinct(seed: number): Payload[] {
  const random = randomNumbers(seed);
  return Array.from({ length: DISTINCT }, () => payload(random));
}

/** Results of 1 kB with transcripts of 2 kB, as an engine that costs nothing would give them. */
export function createPayloads(seed: number): (index: number) => ItemReport {
  const payloads = createDistinct(seed);
  return index => ({ index, attempt: 1, ...payloads[index % DISTINCT] });
}

/** The same as JSON, so that the workers do not take the time of the backend on a small machine. */
export function createPayloadTexts(seed: number): (index: number) => string {
  const texts = createDistinct(seed).map(each => JSON.stringify(each).slice(1));
  return index => `{"index":${index},"attempt":1,${texts[index % DISTINCT]}`;
}
