import { lonePoints } from './lonePoints';

describe('lonePoints', () => {
  it.each([
    [
      [1, null, 2, 3, null, 4],
      [0, 5],
    ],
    [[null, 0, null], [1]],
    [[7], [0]],
    [[1, 2, 3], null],
    [[null, null], null],
    [[], null],
  ])('finds in %j those that no line is drawn to: %j', (values, expected) => {
    expect(lonePoints(values)).toEqual(expected);
  });
});
