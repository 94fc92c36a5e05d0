// A clock that jumps: ARENA_CHAOS_CLOCK names a file that says by how many milliseconds it is wrong, and is read again upon SIGUSR2. As with a
// real jump, timers do not follow.
import { readFileSync } from 'node:fs';

const RealDate = Date;
let offset = 0;

const now = () => RealDate.now() + offset;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, as) =>
    Reflect.construct(target, given.length > 0 ? given : [now()], as),
  apply: () => new RealDate(now()).toString(),
  get: (target, key, as) =>
    key === 'now' ? now : Reflect.get(target, key, as),
});

process.on('SIGUSR2', () => {
  offset = Number(readFileSync(process.env.ARENA_CHAOS_CLOCK!, 'utf8'));
});
