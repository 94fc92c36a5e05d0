/** What was made last, so that who asks for the same is not kept waiting for it again. The one that was not used for longest goes first. */
export class RecentValues<T> {
  private readonly values = new Map<string, T>();
  private readonly max: number;
  private readonly sizeOf: (value: T) => number;
  private size = 0;

  /** @param options - `max`: how much is held; `sizeOf`: how much a value is, 1 by default */
  constructor(options: { max: number; sizeOf?: (value: T) => number }) {
    this.max = options.max;
    this.sizeOf = options.sizeOf ?? (() => 1);
  }

  /** The value of that name; made when there is none. One that cannot be made is not held. */
  async get(name: string, make: () => Promise<T> | T): Promise<T> {
    const known = this.values.get(name);
    const value = known ?? (await make());
    this.remove(name);
    this.values.set(name, value);
    this.size += this.sizeOf(value);
    for (const oldest of this.values.keys()) {
      // The newest one stays, however great it is: its reader pages through it.
      if (this.size <= this.max || oldest === name) break;
      this.remove(oldest);
    }
    return value;
  }

  private remove(name: string): void {
    const value = this.values.get(name);
    if (value === undefined) return;
    this.values.delete(name);
    this.size -= this.sizeOf(value);
  }
}
