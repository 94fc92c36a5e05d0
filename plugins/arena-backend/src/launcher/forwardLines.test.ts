import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { forwardLines } from './forwardLines';

async function forward(secrets: string[], chunks: Array<string | Buffer>) {
  const stream = new PassThrough();
  const lines: string[] = [];
  const { tail } = forwardLines(stream, {
    secrets,
    onLine: line => lines.push(line),
  });
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await once(stream, 'end');
  return { lines, tail: tail() };
}

describe('forwardLines', () => {
  it('puts lines together from pieces', async () => {
    const euro = Buffer.from('€');
    const { lines, tail } = await forward(
      [],
      ['a', 'b\r\nc\n\n', euro.subarray(0, 1), euro.subarray(1), '\nend'],
    );
    expect(lines).toEqual(['ab', 'c', '€', 'end']);
    expect(tail).toBe('ab | c | € | end');
  });

  it('shows no part of a secret where a line is cut', async () => {
    const { lines } = await forward(
      ['topsecret'],
      [`${'x'.repeat(3_996)}topsecret and more\n`, 'topsecret\n'],
    );
    expect(lines).toEqual([`${'x'.repeat(3_996)}*** …`, '***']);
  });

  it('shows no secret in another form', async () => {
    const secret = 'k3y"/+ of all';
    const { lines, tail } = await forward(
      [secret],
      [
        `${JSON.stringify({ secret })}\n`,
        `${encodeURIComponent(secret)}\n`,
        `${Buffer.from(secret).toString('base64')}\n`,
      ],
    );
    expect(lines).toEqual(['{"secret":"***"}', '***', '***']);
    expect(tail).toBe(lines.join(' | '));
  });

  it('keeps a bounded part of an endless line, without a part of a secret', async () => {
    const secret = 'abcdefgh'.repeat(100);
    const { lines } = await forward(
      [secret],
      [...Array.from({ length: 1_000 }, () => `-${secret}`), '\nnext\n'],
    );
    expect(lines).toHaveLength(2);
    expect(lines[0]).not.toContain('abc');
    expect(lines[0].length).toBeLessThanOrEqual(4_001);
    expect(lines[1]).toBe('next');
  });
});
