import { BlockList } from 'node:net';
import { addressesOf, SLOTS } from './addresses';

describe('addressesOf', () => {
  const all = [...Array(SLOTS).keys()].map(addressesOf);

  it('should give no address twice', () => {
    for (const key of ['interface', 'host', 'pods', 'services'] as const) {
      expect(new Set(all.map(each => each[key])).size).toBe(SLOTS);
    }
    const pods = new BlockList();
    for (const each of all) {
      const [network, length] = each.pods.split('/');
      pods.addSubnet(network, Number(length));
    }
    for (const each of all) {
      expect(pods.check(each.host)).toBe(false);
      expect(pods.check(each.apiService)).toBe(false);
    }
  });

  it('should stay in the networks that are set aside for tests', () => {
    const tests = new BlockList();
    tests.addSubnet('198.18.0.0', 15);
    for (const each of all) {
      for (const address of [each.host, each.node, each.apiService]) {
        expect(tests.check(address)).toBe(true);
      }
    }
  });

  it.each([-1, SLOTS, 1.5])('should refuse slot %p', slot => {
    expect(() => addressesOf(slot)).toThrow(`slot is ${slot}: allowed are`);
  });
});
