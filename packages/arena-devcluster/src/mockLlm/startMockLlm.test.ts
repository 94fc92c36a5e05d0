import { networkInterfaces } from 'node:os';
import { MockLlm, MockLlmOptions } from './MockLlm';
import { startMockLlm } from './startMockLlm';

describe('startMockLlm', () => {
  let llm: MockLlm | undefined;
  afterEach(() => llm?.stop());

  async function ask(options: MockLlmOptions, stream: boolean) {
    llm = await startMockLlm(options);
    return fetch(`${llm.url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({
        model: 'any',
        stream,
        messages: [{ role: 'user', content: 'Hello' }],
      }),
    });
  }

  it('should answer and log the call', async () => {
    const response = await ask({ answer: m => `re: ${m[0].content}` }, false);
    const body = await response.json();
    expect(body.choices[0].message.content).toBe('re: Hello');
    expect(llm!.calls).toEqual([
      expect.objectContaining({ user: 'Hello', status: 200 }),
    ]);
    expect(llm!.inFlight()).toBe(0);
  });

  it('should stream the answer in chunks', async () => {
    const response = await ask({ answer: () => 'one two', chunks: 3 }, true);
    const text = (await response.text())
      .split('\n\n')
      .filter(line => line.startsWith('data: {'))
      .map(line => JSON.parse(line.slice(6)).choices[0].delta.content ?? '')
      .join('');
    expect(text).toBe('one two');
  });

  it('should refuse every n-th call', async () => {
    const response = await ask({ refuse: { every: 1, status: 429 } }, false);
    expect(response.status).toBe(429);
    expect(llm!.calls[0].status).toBe(429);
  });

  it('should listen on all interfaces when told to', async () => {
    const response = await ask({ host: '0.0.0.0' }, false);
    expect(response.ok).toBe(true);
    const address =
      Object.values(networkInterfaces())
        .flat()
        .find(each => each?.family === 'IPv4' && !each.internal)?.address ??
      '127.0.0.2';
    const elsewhere = `http://${address}:${llm!.port}/v1/chat/completions`;
    const body = JSON.stringify({
      model: 'any',
      messages: [{ role: 'user', content: 'Hello' }],
    });
    expect((await fetch(elsewhere, { method: 'POST', body })).ok).toBe(true);
  });

  it('should know what is in flight', async () => {
    const pending = ask({ latencyMs: 200 }, false);
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(llm!.inFlight()).toBe(1);
    await pending;
    expect(llm!.inFlight()).toBe(0);
  });
});
