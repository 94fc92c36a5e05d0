/** The only source of time for what is written to the database, so that replicas and tests agree on it. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
