import {
  formatAge,
  formatBytes,
  formatCost,
  formatDuration,
  formatInterval,
  formatPercent,
} from './format';

it.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1500, '1.5 s'],
  [61_000, '1 min 1 s'],
  [3_660_000, '1 h 1 min'],
  [90_000_000, '1 d 1 h'],
  [NaN, '–'],
])('shows %d ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it('rounds to a whole only what is a whole', () => {
  expect(formatPercent(1)).toBe('100%');
  expect(formatPercent(0.99999)).toBe('99.9%');
  expect(formatPercent(0.00001)).toBe('0.1%');
  expect(formatPercent(0)).toBe('0%');
  expect(formatPercent(0.8333)).toBe('83.3%');
});

it('shows fractions of a cent', () => {
  expect(formatCost(0)).toBe('$0');
  expect(formatCost(0.00001)).toBe('<$0.0001');
  expect(formatCost(0.0123)).toBe('$0.0123');
  expect(formatCost(12.345)).toBe('$12.35');
});

it('shows ages in one unit', () => {
  const now = Date.parse('2026-01-02T00:00:00Z');
  expect(formatAge('2026-01-01T23:59:30Z', now)).toBe('30s');
  expect(formatAge('2026-01-01T00:00:00Z', now)).toBe('1d');
  expect(formatAge('2026-01-02T00:00:05Z', now)).toBe('0s');
  expect(formatAge('never', now)).toBe('–');
});

it('shows sizes', () => {
  expect(formatBytes(12)).toBe('12 B');
  expect(formatBytes(1536)).toBe('1.5 KiB');
});

it('rounds the bounds of an interval outwards', () => {
  expect(formatInterval({ low: 0.231, high: 0.882 })).toBe('23–89%');
  expect(formatInterval({ low: 0, high: 1 })).toBe('0–100%');
  expect(formatInterval({ low: 0.29, high: 0.57 })).toBe('29–57%');
});
