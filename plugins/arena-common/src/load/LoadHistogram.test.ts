import * as fc from 'fast-check';
import { deflateSync, inflateSync } from 'node:zlib';
import { LoadHistogram } from './LoadHistogram';

function encoded(values: readonly number[]): string {
  const histogram = new LoadHistogram();
  values.forEach(value => histogram.record(value));
  return histogram.encode();
}

/** The bytes within the compression. */
function unpack(text: string): Buffer {
  return inflateSync(Buffer.from(text, 'base64').subarray(8));
}

function pack(content: Uint8Array): string {
  const compressed = deflateSync(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(0x1c849314, 0);
  head.writeUInt32BE(compressed.length, 4);
  return Buffer.concat([head, compressed]).toString('base64');
}

const values = fc.array(
  fc.oneof(
    fc.double({ min: 0, max: 100, noNaN: true }),
    fc.double({ min: 0, max: 1e9, noNaN: true }),
  ),
  { minLength: 1, maxLength: 50 },
);

describe('a histogram that comes from elsewhere', () => {
  it('is valid when it was encoded here, whatever it holds', () => {
    fc.assert(
      fc.property(values, list => {
        expect(LoadHistogram.isValid(encoded(list))).toBe(true);
      }),
    );
    expect(LoadHistogram.isValid(new LoadHistogram().encode())).toBe(true);
    const wide = Array.from({ length: 40_000 }, (_, i) => 1.0007 ** i / 1_000);
    expect(LoadHistogram.isValid(encoded(wide))).toBe(true);
  });

  it('is decoded quickly and without an error when it is said to be valid', () => {
    const damage = fc.array(fc.record({ at: fc.nat(200), byte: fc.nat(255) }), {
      minLength: 1,
      maxLength: 3,
    });
    let valid = 0;
    fc.assert(
      fc.property(values, damage, fc.boolean(), (list, changes, isInside) => {
        const text = encoded(list);
        const bytes = isInside ? unpack(text) : Buffer.from(text, 'base64');
        changes.forEach(({ at, byte }) => {
          bytes[at % bytes.length] = byte;
        });
        const damaged = isInside ? pack(bytes) : bytes.toString('base64');
        if (!LoadHistogram.isValid(damaged)) return;
        valid += 1;
        const target = new LoadHistogram();
        LoadHistogram.addEncoded(damaged, [target]);
        expect(target.count).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 2_000 },
    );
    expect(valid).toBeGreaterThan(0);
  });

  const good = unpack(encoded([1, 2, 3]));
  const changed = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(good);
    change(bytes);
    return pack(bytes);
  };
  it.each([
    ['nothing', ''],
    ['other text', 'not a histogram'],
    ['other base64', Buffer.from('not a histogram').toString('base64')],
    ['a part', encoded([1, 2, 3]).slice(0, -8)],
    ['white space', `${encoded([1, 2, 3])}    `],
    ['too long a text', 'A'.repeat(500_004)],
    ['a bomb', pack(Buffer.alloc(200_000_000))],
    ['no content', pack(Buffer.alloc(0))],
    ['counts that are not there', changed(b => b.writeUInt32BE(2 ** 31, 4))],
    ['more digits', changed(b => b.writeUInt32BE(5, 12))],
    ['no lowest value', changed(b => b.writeUInt32BE(0, 20))],
    ['too high a highest value', changed(b => b.writeUInt32BE(2 ** 20, 24))],
    [
      'a gap without end',
      pack(
        (() => {
          const gap = [0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x02];
          const bytes = Buffer.concat([good.subarray(0, 40), Buffer.from(gap)]);
          bytes.writeUInt32BE(gap.length, 4);
          return bytes;
        })(),
      ),
    ],
  ])('is not valid: %s', (_, text) => {
    expect(LoadHistogram.isValid(text)).toBe(false);
  });
});
