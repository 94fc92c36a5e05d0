import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { takesClass } from './takesClass';

const object = (labels?: Record<string, string>) =>
  ({ metadata: { name: 'a', namespace: 'default', labels } } as ArenaObject);

describe('takesClass', () => {
  it('takes everything when there is no class', () => {
    const takes = takesClass(undefined);
    expect(takes(object())).toBe(true);
    expect(takes(object({ 'arena.backstage.io/controller-class': 'b' }))).toBe(
      true,
    );
  });

  it('takes only what bears its name', () => {
    const takes = takesClass('a');
    expect(takes(object({ 'arena.backstage.io/controller-class': 'a' }))).toBe(
      true,
    );
    expect(takes(object({ 'arena.backstage.io/controller-class': 'b' }))).toBe(
      false,
    );
    expect(takes(object())).toBe(false);
  });
});
