import { FakeKubernetes, pod } from '../../__testUtils__/FakeKubernetes';
import { readPodLog } from './readPodLog';

function read(log: string) {
  const kubernetes = new FakeKubernetes();
  kubernetes.clusters.prod = [pod('nightly-worker-a')];
  kubernetes.logs = { 'nightly-worker-a/worker': log };
  return readPodLog(kubernetes, {
    cluster: 'prod',
    namespace: 'default',
    pod: 'nightly-worker-a',
    container: 'worker',
    previous: false,
  });
}

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `line ${from + i}\n`).join('');

describe('readPodLog', () => {
  it.each([
    ['nothing', ''],
    ['1,000 lines', lines(0, 1_000)],
    ['1,000 lines of which the last has no end', lines(0, 1_000).slice(0, -1)],
  ])('reads all of %s', async (_, log) => {
    expect(await read(log)).toEqual({ text: log, isCut: false });
  });

  it('says that there is more than 1,000 lines', async () => {
    expect(await read(lines(0, 1_001))).toEqual({
      text: lines(1, 1_001),
      isCut: true,
    });
  });
});
