import { ArenaStreamMessage } from '@backstage-arena/plugin-arena-common';
import { FakeArenaApi } from '../__testUtils__';
import { StreamHub } from './StreamHub';

const MESSAGE: ArenaStreamMessage = { type: 'reset' };

describe('StreamHub', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  function setup() {
    const api = new FakeArenaApi({});
    const stream = jest.spyOn(api, 'stream');
    const onError = jest.fn();
    return {
      api,
      stream,
      onError,
      hub: new StreamHub({ stream: (...args) => api.stream(...args), onError }),
    };
  }

  it('opens one connection for all topics of a page', () => {
    const { api, stream, hub } = setup();
    const first = jest.fn();
    const second = jest.fn();
    hub.subscribe('jobs', first);
    hub.subscribe('run:1', second);
    hub.subscribe('run:1', second);
    jest.advanceTimersByTime(100);
    expect(stream).toHaveBeenCalledTimes(1);
    expect(api.topics).toEqual(['jobs', 'run:1']);
    api.emit(MESSAGE);
    expect(first).toHaveBeenCalledTimes(1);
    expect(second).toHaveBeenCalledTimes(2);
  });

  it('keeps the connection when the topics stay the same', () => {
    const { stream, hub } = setup();
    const remove = hub.subscribe('jobs', () => {});
    jest.advanceTimersByTime(100);
    hub.subscribe('jobs', () => {});
    remove();
    jest.advanceTimersByTime(100);
    expect(stream).toHaveBeenCalledTimes(1);
  });

  it('connects anew with other topics and ends with the last one', async () => {
    const { api, stream, hub } = setup();
    const remove = hub.subscribe('jobs', () => {});
    jest.advanceTimersByTime(100);
    const removeRun = hub.subscribe('run:1', () => {});
    jest.advanceTimersByTime(100);
    expect(stream).toHaveBeenCalledTimes(2);
    expect(stream.mock.calls[0][2].signal.aborted).toBe(true);
    remove();
    removeRun();
    await jest.advanceTimersByTimeAsync(100);
    expect(stream.mock.calls[1][2].signal.aborted).toBe(true);
    expect(api.topics).toEqual([]);
  });

  it('reports a refused connection and tries again for the next subscriber', async () => {
    const { api, stream, onError, hub } = setup();
    stream.mockRejectedValueOnce(new Error('forbidden'));
    hub.subscribe('jobs', () => {});
    await jest.advanceTimersByTimeAsync(100);
    expect(onError).toHaveBeenCalledTimes(1);
    hub.subscribe('jobs', () => {});
    await jest.advanceTimersByTimeAsync(100);
    expect(api.topics).toEqual(['jobs']);
  });
});
