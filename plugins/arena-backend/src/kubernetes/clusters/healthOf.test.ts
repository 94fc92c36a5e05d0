import { InformerState } from '../client/InformerState';
import { healthOf } from './healthOf';

const GOOD: InformerState = { synced: true, failing: new Map() };

describe('healthOf', () => {
  it('is ready when all is read', () => {
    expect(healthOf(GOOD)).toEqual({ ready: true });
    expect(healthOf(GOOD, ['a'])).toEqual({ ready: true });
  });

  it('says what is wrong with the whole', () => {
    expect(healthOf({ ...GOOD, lastError: 'no answer' })).toEqual({
      ready: false,
      message: 'no answer',
    });
    expect(healthOf({ ...GOOD, synced: false })).toEqual({
      ready: false,
      message: 'The cluster is being read',
    });
  });

  it('is ready, and says so, when only something does not work', () => {
    expect(healthOf(GOOD, undefined, 'no grants')).toEqual({
      ready: true,
      message: 'no grants',
    });
    expect(
      healthOf({ ...GOOD, lastError: 'no answer' }, undefined, 'no grants'),
    ).toEqual({ ready: false, message: 'no answer' });
  });

  it('names the namespaces that cannot be followed, and is ready for the others', () => {
    const failing = new Map([['b', 'forbidden']]);
    const state = { ...GOOD, lastError: 'forbidden', failing };
    const failingNamespaces = [{ name: 'b', message: 'forbidden' }];
    expect(healthOf(state, ['a', 'b'])).toEqual({
      ready: true,
      failingNamespaces,
    });
    expect(healthOf(state, ['b'])).toEqual({
      ready: false,
      message: 'forbidden',
      failingNamespaces,
    });
  });
});
