import { printFloat, printValue, truncateBytes } from '../text/goText';
import { compileGoTemplate } from './goTemplate';
import {
  renderTemplate,
  substituteOnce,
  substituteVariant,
} from './placeholders';

function run(source: string, data: Record<string, unknown> = {}): string {
  const template = compileGoTemplate(source);
  if (typeof template === 'string') throw new Error(template);
  return template.execute(data);
}

describe('placeholders', () => {
  it('replace known names, to a depth, and leave the others', () => {
    const variables = { a: '{{b}}', b: 'x' };
    expect(renderTemplate('{{a}} {{c}} {{ a }}', variables)).toEqual({
      text: 'x {{c}} {{ a }}',
      unresolved: ['{{c}}', '{{ a }}'],
    });
    expect(substituteOnce('{{a}}', variables)).toBe('{{b}}');
    expect(substituteOnce('{{constructor}} {{__proto__}}', {})).toBe(
      '{{constructor}} {{__proto__}}',
    );
  });

  it('do not grow without end', () => {
    const variables = { a: '{{a}}'.repeat(1_000) };
    const { text } = renderTemplate('{{a}}', variables);
    const most = 4 * 1024 * 1024;
    expect(text.length).toBeLessThanOrEqual(most);
    expect(text.length).toBeGreaterThan(most - 10_000);
  });

  it('take the values of variants as they are', () => {
    expect(substituteVariant('{a} {b}', { a: '$& $1', b: '2' })).toBe(
      '$& $1 2',
    );
  });
});

describe('templates of mock tools', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['{{.a}}', { a: 'x' }, 'x'],
    ['{{.a}}', {}, '<no value>'],
    ['{{.a.b}}', { a: { b: 2 } }, '2'],
    ['{{.n}}', { n: 1_000_000 }, '1e+06'],
    ['{{printf "%.1f" .n}}', { n: 1.25 }, '1.2'],
    ['{{printf "%.1f" .n}}', { n: 1.35 }, '1.4'],
    ['{{printf "%s-%v" .a .n}}', { a: 'x', n: 3 }, 'x-3'],
    ['a {{- .a -}} b', { a: 'x' }, 'axb'],
    ['{{if .a}}yes{{else}}no{{end}}', { a: '' }, 'no'],
    [
      '{{if eq .a "x"}}1{{else if eq .a "y"}}2{{else}}3{{end}}',
      { a: 'y' },
      '2',
    ],
    ['{{if eq .a "x" "y"}}1{{end}}', { a: 'y' }, '1'],
    ['{{if and .a (gt (len .a) 3)}}long{{end}}', {}, ''],
    ['{{if or .a .b}}1{{end}}', { b: true }, '1'],
    ['{{if not .a}}1{{end}}', {}, '1'],
    ['{{range .l}}[{{.}}]{{else}}none{{end}}', { l: ['a', 1] }, '[a][1]'],
    ['{{range .l}}[{{.}}]{{else}}none{{end}}', { l: [] }, 'none'],
    ['{{with .o}}{{.v}}{{end}}', { o: { v: 1 } }, '1'],
    ['{{.a | printf "%q"}}', { a: 'x"y' }, '"x\\"y"'],
    ['{{len .a}}', { a: 'é' }, '2'],
    ['{{index .l 1}}', { l: ['a', 'b'] }, 'b'],
    ['{{/* note }} */}}x', {}, 'x'],
    ['{{$x := .a}}{{if .a}}{{$x = "b"}}{{end}}{{$x}}', { a: 'a' }, 'b'],
    [
      '{{range $i, $e := .l}}{{if $i}}, {{end}}{{$e.k}}{{$.a}}{{end}}',
      { l: [{ k: 1 }, { k: 2 }], a: '!' },
      '1!, 2!',
    ],
    [
      '{{range $k, $v := .o}}{{$k}}={{$v}};{{end}}',
      { o: { b: 1, a: 2 } },
      'a=2;b=1;',
    ],
    [
      '{{range .l}}{{if eq . "b"}}{{continue}}{{end}}{{.}}{{if eq . "c"}}{{break}}{{end}}{{end}}',
      { l: ['a', 'b', 'c', 'd'] },
      'ac',
    ],
    ['{{range 3}}{{.}}{{end}}', {}, '012'],
    ['{{with $x := .a}}{{$x}}{{else}}none{{end}}', {}, 'none'],
    ['{{(index .l 0).k}}', { l: [{ k: 'v' }] }, 'v'],
    ['{{slice .a 1 3}}', { a: 'abcd' }, 'bc'],
    ['{{print .a .n 1 "z"}}', { a: 'x', n: 2 }, 'x2 1z'],
    [
      '{{printf "%d|%s|%5.1f|%-4d|%04d" .n .n .n 7 7}}',
      { n: 3 },
      '%!d(float64=3)|%!s(float64=3)|  3.0|7   |0007',
    ],
    ['{{printf "%s %v" .a}}', {}, '%!s(<nil>) %!v(MISSING)'],
    ['{{printf "x" .a}}', { a: 'y' }, 'x%!(EXTRA string=y)'],
    [
      '{{printf "%q %x %T %e %.3g" .a .a .o .n .n}}',
      { a: 'z', o: {}, n: 1234.5 },
      '"z" 7a map[string]interface {} 1.234500e+03 1.23e+03',
    ],
    [
      '{{html .a}} {{js .a}} {{urlquery .a}}',
      { a: '<a b>' },
      '&lt;a b&gt; \\u003Ca b\\u003E %3Ca+b%3E',
    ],
    ['{{"\\x41\\u00e9\\t"}}{{0x10}}{{1_000}}{{\'a\'}}', {}, 'Aé\t16100097'],
  ])('%s of %j is %s', (source, data, expected) => {
    expect(run(source, data)).toBe(expected);
  });

  it.each([
    ['{{if .a}}', {}, /no {{end}}/],
    ['{{.a', {}, /unclosed/],
    ['{{end}}', {}, /unexpected/],
    ['{{shell "rm"}}', {}, /not defined/],
    ['{{constructor .a}}', {}, /not defined/],
    ['{{eq .n 3}}', { n: 3 }, /incompatible types/],
    ['{{.a.b.c}}', {}, /nil pointer/],
    ['{{$x}}', {}, /undefined variable/],
    ['{{if .a}}{{$x := 1}}{{end}}{{$x}}', {}, /undefined variable/],
    ['{{break}}', {}, /outside/],
    ['{{nil}}', {}, /not a command/],
    ['{{len .a .a}}', { a: '' }, /number of args/],
    ['{{index .l "0"}}', { l: [1] }, /whole number/],
    ['{{index .l 1}}', { l: [1] }, /out of range/],
    ['{{lt .b true}}', { b: true }, /invalid type/],
    ['{{eq .l .l}}', { l: [] }, /non-comparable/],
    ['{{range .n}}{{end}}', { n: 3 }, /can't iterate/],
    [
      '{{range .l}}{{range $.l}}{{range $.l}}{{end}}{{end}}{{end}}',
      { l: Array(200).fill(1) },
      /too long/,
    ],
  ])('%s is refused', (source, data, message) => {
    expect(() => run(source, data)).toThrow(message);
  });
});

describe('texts as Go prints them', () => {
  it.each([
    [0, '0'],
    [3, '3'],
    [100_000, '100000'],
    [999_999.5, '999999.5'],
    [1_500_000, '1.5e+06'],
    [123_456_789, '1.23456789e+08'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [-2.5, '-2.5'],
  ])('%s is %s', (value, expected) => {
    expect(printFloat(value)).toBe(expected);
  });

  it('print maps, lists and nothing', () => {
    expect(printValue({ b: [1, 'x', null], a: true })).toBe(
      'map[a:true b:[1 x <nil>]]',
    );
    expect(printValue(1_500_000, 'yaml')).toBe('1500000');
  });

  it('cut bytes without splitting a character', () => {
    expect(truncateBytes('éé', 3)).toBe('é');
    expect(truncateBytes('a😀b', 4)).toBe('a');
    expect(truncateBytes('abc', 5)).toBe('abc');
  });
});
