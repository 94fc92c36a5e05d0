import { resample, stepOf } from './resample';

describe('points of a chart', () => {
  it('are seconds as long as there is room for them', () => {
    expect(stepOf([0, 300])).toBe(1);
    expect(stepOf([0, 3_600])).toBe(10);
    expect(stepOf([0, 86_400 * 30])).toBe(3_600);
  });

  it('are the mean, the worst or the last of several seconds', () => {
    const values = [1, 2, 6, null, 4, 5, null, null, null, 8];
    expect(resample(values, 3, 'mean')).toEqual([3, 4.5, null, 8]);
    expect(resample(values, 3, 'max')).toEqual([6, 5, null, 8]);
    expect(resample(values, 3, 'last')).toEqual([6, 5, null, 8]);
    expect(resample(values, 1, 'mean')).toEqual(values);
  });
});
