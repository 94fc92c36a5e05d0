/** The conversation cannot go on because of what the bundle says: a retry would end in the same way. */
export class BundleFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BundleFault';
  }
}

/** The system under test ran into a limit: too many rounds, too many equal calls, too much money. */
export class LimitReached extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LimitReached';
  }
}

/** The caller wants the item to stop, for example because its lease is lost. Carries the caller's own reason. */
export class ItemStopped extends Error {
  constructor(readonly reason: unknown) {
    super('The item was stopped');
    this.name = 'ItemStopped';
  }
}
