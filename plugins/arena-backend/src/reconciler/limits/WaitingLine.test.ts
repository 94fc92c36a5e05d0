import { Waiter, WaitingLine } from './WaitingLine';

const waiter = (name: string, second: number, uid = name): Waiter => ({
  name,
  uid,
  createdAt: `2026-11-23T12:00:${String(second).padStart(2, '0')}Z`,
});

function drain(line: WaitingLine): string[] {
  const names: string[] = [];
  for (let first = line.first; first; first = line.first) {
    names.push(first.name);
    line.remove(first.name);
  }
  return names;
}

describe('WaitingLine', () => {
  it('has the oldest first, whenever they come, and goes by name among equals', () => {
    const line = new WaitingLine();
    for (const each of [
      waiter('late', 30),
      waiter('b', 10),
      waiter('early', 1),
      waiter('a', 10),
    ]) {
      line.add(each);
    }
    expect(line.before(waiter('b', 10))).toBe(2);
    expect(drain(line)).toEqual(['early', 'a', 'b', 'late']);
  });

  it('counts each once, and not who left', () => {
    const line = new WaitingLine();
    line.add(waiter('a', 1));
    line.add(waiter('a', 1));
    line.add(waiter('b', 2));
    line.remove('a');
    line.remove('a');
    expect(line.before(waiter('c', 3))).toBe(1);
    expect(drain(line)).toEqual(['b']);
  });

  it('puts a job that was created anew at the end', () => {
    const line = new WaitingLine();
    line.add(waiter('a', 1));
    line.add(waiter('b', 2));
    line.add(waiter('a', 3, 'another'));
    expect(drain(line)).toEqual(['b', 'a']);
  });
});
