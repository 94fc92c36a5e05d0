import { parseExposition } from './__testUtils__/parseExposition';
import { readPromQl } from './__testUtils__/readPromQl';

describe('readPromQl', () => {
  it('finds metrics, what they are matched by, and labels of results', () => {
    expect(
      readPromQl(
        'sum by (cluster, le) (rate(a_bucket{cluster=~"x|y",kind="b"}[5m])) unless on (cluster) b_total > 0',
      ),
    ).toEqual({
      metrics: ['a_bucket', 'b_total'],
      matchers: [
        { metric: 'a_bucket', label: 'cluster', values: ['x', 'y'] },
        { metric: 'a_bucket', label: 'kind', values: ['b'] },
      ],
      labels: ['cluster', 'le', 'cluster'],
    });
  });

  it.each(['sum by (cluster (a)', 'rate(a[5m]', 'a{b=c}', 'a > > b'])(
    'refuses %s',
    expression => {
      expect(() => readPromQl(expression)).toThrow('No PromQL');
    },
  );
});

describe('parseExposition', () => {
  it('reads what the exporter writes', () => {
    const metrics = parseExposition(
      [
        '# HELP a_total What it is',
        '# UNIT a_total {item}',
        '# TYPE a_total counter',
        'a_total{b="c",d="e \\"f\\""} 2',
        '',
      ].join('\n'),
    );
    expect([...metrics]).toEqual([
      [
        'a_total',
        {
          type: 'counter',
          help: 'What it is',
          samples: [
            { name: 'a_total', labels: { b: 'c', d: 'e \\"f\\"' }, value: 2 },
          ],
        },
      ],
    ]);
  });

  it('refuses what is no such text', () => {
    expect(() => parseExposition('<html>')).toThrow('Unexpected line: <html>');
  });
});
