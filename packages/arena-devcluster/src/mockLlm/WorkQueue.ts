/** Lets so many in at a time; the others wait, in order. */
export class WorkQueue {
  private free: number;
  private readonly waiting: Array<() => void> = [];

  constructor(places = Infinity) {
    this.free = places;
  }

  async begin(): Promise<void> {
    if (this.free > 0) {
      this.free -= 1;
      return;
    }
    await new Promise<void>(resolve => {
      this.waiting.push(resolve);
    });
  }

  end(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free += 1;
  }
}
