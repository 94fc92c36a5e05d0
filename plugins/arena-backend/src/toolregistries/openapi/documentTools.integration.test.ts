import { documentTools } from './documentTools';

jest.setTimeout(60_000);

const OPTIONS = {
  specUrl: 'https://api.example.com/a.json',
  timeoutMs: 30_000,
};

describe('documentTools', () => {
  it.each(['JSON', 'YAML'])('reads %s', async format => {
    const document =
      format === 'JSON'
        ? JSON.stringify({
            openapi: '3.0.0',
            paths: { '/a': { get: { operationId: 'a' } } },
          })
        : 'openapi: 3.0.0\npaths: {/a: {get: {operationId: a}}}';
    expect(await documentTools(document, OPTIONS)).toEqual([
      expect.objectContaining({
        name: 'a',
        endpoint: 'GET https://api.example.com/a',
      }),
    ]);
  });

  it.each([
    ['{', 'it is neither JSON nor YAML'],
    [
      '{"openapi":"2.0"}',
      'its version is "2.0": allowed are OpenAPI 3.0 and 3.1',
    ],
  ])('says what is wrong with %s', async (text, message) => {
    await expect(documentTools(text, OPTIONS)).rejects.toThrow(message);
  });

  it('leaves the portal free while it reads, and gives up', async () => {
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 10);
    // A flow of maps whose keys are maps makes YAML slow.
    const text = `openapi: 3.0.0\npaths:\n${'  - [{a: {b: [c, {d: e}]}}]\n'.repeat(
      60_000,
    )}`;
    await expect(
      documentTools(text, { ...OPTIONS, timeoutMs: 500 }),
    ).rejects.toThrow('it takes longer than 500 ms to read');
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1);
  });
});
