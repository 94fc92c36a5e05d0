// The reference of the pacing: a process that only waits for each moment, the event loop to itself.
const [rps, seconds] = process.argv.slice(2).map(Number);

const gap = 1_000 / rps;
const total = rps * seconds;
const origin = performance.now() + 100;
const late: number[] = [];

function turn(): void {
  for (;;) {
    const now = performance.now();
    const due = origin + late.length * gap;
    if (now < due) break;
    late.push(now - due);
    if (late.length === total) {
      late.sort((a, b) => a - b);
      const at = (share: number) => late[Math.floor(share * (total - 1))];
      process.send!({ bench: { p50: at(0.5), p99: at(0.99), max: at(1) } });
      process.disconnect!();
      return;
    }
  }
  setImmediate(turn);
}

turn();

export {};
