import { readCron } from '../components/schedule/readCron';
import { formatMs, formatRate } from '../load/formatLoad';
import {
  formatBytes,
  formatCompact,
  formatCost,
  formatCount,
  formatDuration,
  formatInterval,
  formatPercent,
  formatTime,
} from './format';
import { setLocale } from './locale';

/** With the spaces that browsers put before signs shown as such. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('what German readers see', () => {
  beforeAll(() => setLocale('de-DE'));
  afterAll(() => setLocale('en-US'));

  it.each([
    [() => formatCount(1_234_567), '1.234.567'],
    [() => formatCompact(1_234_567), '1,2 Mio.'],
    [() => formatPercent(0.8333), '83,3 %'],
    [() => formatInterval({ low: 0.231, high: 0.882 }), '23–89 %'],
    [() => formatCost(0.0123), '0,0123 $'],
    [() => formatCost(0.00001), '<0,0001 $'],
    [() => formatDuration(1_500), '1,5 s'],
    [() => formatBytes(1_536), '1,5 KiB'],
    [() => formatMs(2_310), '2,31 s'],
    [() => formatRate(49.95), '50/s'],
    [() => formatRate(4.25), '4,25/s'],
    [() => formatTime('2026-11-23T10:00:00Z').slice(0, 10), '23.11.2026'],
    [() => readCron('30 2 * * 1-5'), 'Um 02:30, Montag bis Freitag'],
  ])('%#', (show, expected) => {
    expect(plain(show()!)).toBe(expected);
  });
});
