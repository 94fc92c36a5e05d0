import { readableLog } from './readableLog';

describe('readableLog', () => {
  it('says what a worker wrote as a person would read it', () => {
    const line = JSON.stringify({
      timestamp: '2026-11-26T05:22:57.525Z',
      level: 'warn',
      message: 'A lease was lost',
      runId: 'the-same-everywhere',
      worker: 'w-1',
      reason: 'it took too long',
      items: [1, 2],
    });
    expect(readableLog(line)).toBe(
      '2026-11-26T05:22:57.525Z WARN  A lease was lost worker=w-1 reason="it took too long" items=[1,2]',
    );
  });

  it.each([
    'plain text',
    '',
    '{"cut off',
    '{"message": 3}',
    '{}',
    '[1]',
    'node:internal/errors:1 {"message":"x"}',
  ])('leaves %j as it is', line => {
    expect(readableLog(`${line}\nnext`)).toBe(`${line}\nnext`);
  });
});
