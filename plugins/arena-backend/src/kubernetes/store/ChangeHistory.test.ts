import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { input } from '../../store/__testUtils__/input';
import { ChangeHistory } from './ChangeHistory';

const JOBS = 'ArenaJob/';
const SOURCES = 'ArenaSource/';

describe('ChangeHistory', () => {
  let history: ChangeHistory;

  beforeEach(() => {
    history = new ChangeHistory({ maxEntries: 8 });
    history.progress(JOBS, '100');
    history.progress(SOURCES, '105');
  });

  function change(stream: string, version: string): void {
    const object: ArenaObject = {
      ...input(`object-${version}`),
      metadata: {
        name: `object-${version}`,
        namespace: 'team',
        uid: version,
        resourceVersion: version,
        generation: 1,
        creationTimestamp: '2026-11-23T10:00:00Z',
      },
    };
    history.append({
      stream,
      version,
      kind: 'ArenaJob',
      namespace: 'team',
      change: { object: { type: 'MODIFIED', object } },
    });
    history.progress(stream, version);
  }

  const at = (jobs: string, sources: string) =>
    new Map([
      [JOBS, jobs],
      [SOURCES, sources],
    ]);
  const since = (jobs: string, sources: string) =>
    history
      .since([JOBS, SOURCES], at(jobs, sources))
      .map(({ version }) => version);

  it('knows what each stream told after a position, in the order in which it came', () => {
    change(JOBS, '110');
    change(SOURCES, '108');
    change(JOBS, '112');
    expect(since('100', '105')).toEqual(['110', '108', '112']);
    expect(since('110', '105')).toEqual(['108', '112']);
    expect(since('112', '108')).toEqual([]);
    expect(history.current).toEqual(at('112', '108'));
  });

  it('says so when something is forgotten, but only for the stream of which it is', () => {
    change(SOURCES, '106');
    for (let version = 110; version < 120; version++)
      change(JOBS, String(version));
    expect(() => since('105', '106')).toThrow('too old resource version: 105');
    expect(() => since('119', '105')).toThrow('too old resource version: 105');
    expect(since('117', '106')).toEqual(['118', '119']);
    expect(() => history.from(0, 10)).toThrow('list again');
  });

  it('does not let anybody go on before its first list', () => {
    expect(() => since('99', '105')).toThrow('too old');
    const stranger = new Map([[JOBS, '100']]);
    expect(() => history.check([JOBS, SOURCES], stranger)).toThrow('too old');
    history.check([JOBS, 'Event/'], stranger);
  });

  it('finds where a change was, for readers who know its version alone', () => {
    change(JOBS, '110');
    change(SOURCES, '108');
    change(JOBS, '112');
    const streams = [JOBS, SOURCES];
    expect(history.positionAfter(streams, '110')).toEqual(at('110', '105'));
    expect(history.positionAfter(streams, '108')).toEqual(at('110', '108'));
    expect(history.positionAfter(streams, '111')).toBeUndefined();
    expect(history.positionAfter([SOURCES], '112')).toBeUndefined();
  });

  it('has all but the last change of one version read again', () => {
    change(JOBS, '110');
    change(JOBS, '110');
    change(SOURCES, '110');
    const partial = history
      .from(history.start, 10)
      .map(e => Boolean(e.partial));
    expect(partial).toEqual([true, false, false]);
  });

  it('forgets everything when versions go back, as in a cluster that was restored', () => {
    change(JOBS, '110');
    change(JOBS, '111');
    const next = history.end;
    history.append({
      ...history.from(history.start, 1)[0],
      version: '40',
    });
    history.progress(JOBS, '50');
    expect(() => history.from(next, 10)).toThrow('list again');
    expect(history.isBehind([JOBS], new Map([[JOBS, '111']]))).toBe(true);
    expect(history.since([JOBS], new Map([[JOBS, '50']]))).toEqual([]);
    change(JOBS, '51');
    expect(history.since([JOBS], new Map([[JOBS, '50']]))).toHaveLength(1);
  });

  it('wakes who waits, once', async () => {
    const abort = new AbortController();
    let woken = 0;
    const wait = async (timeoutMs?: number) => {
      await history.wait(abort.signal, timeoutMs);
      woken += 1;
    };
    const first = wait();
    history.wake();
    await first;
    history.wake();
    expect(woken).toBe(1);
    await wait(1);
    const aborted = wait();
    abort.abort();
    await aborted;
    await wait();
    expect(woken).toBe(4);
  });
});
