import { Framing, NdjsonFraming, SseFraming } from './framing';

/** Feeds a text in pieces of every size and expects the same events each time. */
function eventsOf(create: () => Framing, text: string): string[] {
  const bytes = Buffer.from(text);
  const results = [1, 2, 3, 7, bytes.length].map(size => {
    const framing = create();
    const events: string[] = [];
    const collect = (data: string) => {
      events.push(data);
      return false;
    };
    for (let at = 0; at < bytes.length; at += size) {
      framing.feed(bytes.subarray(at, at + size), collect);
    }
    framing.end(collect);
    return events;
  });
  results.forEach(result => expect(result).toEqual(results[0]));
  return results[0];
}

describe('SseFraming', () => {
  it('takes the data out of events, with any line ending', () => {
    expect(
      eventsOf(
        () => new SseFraming(),
        ': hello\n\nevent: x\nid: 1\ndata: {"ä":"😀"}\n\r\ndata:two\r\n\r\ndata: a\ndata: b\n\n',
      ),
    ).toEqual(['{"ä":"😀"}', 'two', 'a\nb']);
  });

  it('gives the last event of a stream that ends without a newline', () => {
    expect(eventsOf(() => new SseFraming(), 'data: 1\n\ndata: 2')).toEqual([
      '1',
      '2',
    ]);
  });

  it('stops when it is told to', () => {
    const events: string[] = [];
    const stopped = new SseFraming().feed(
      Buffer.from('data: 1\n\ndata: 2\n\n'),
      data => {
        events.push(data);
        return true;
      },
    );
    expect([stopped, events]).toEqual([true, ['1']]);
  });
});

describe('NdjsonFraming', () => {
  it('takes one document of each line', () => {
    expect(
      eventsOf(() => new NdjsonFraming(), '{"a":1}\n\r\n{"b":"ü"}\r\n{"c":3}'),
    ).toEqual(['{"a":1}', '{"b":"ü"}', '{"c":3}']);
  });
});
