import { BundleFault } from '../conversation/errors';

/** A composition that cannot go on because of what it says, or of what its steps answered. */
export class CompositionFault extends BundleFault {
  /** The message says already in which step of which composition. */
  readonly isPlaced: boolean;

  constructor(message: string, options: { isPlaced?: boolean } = {}) {
    super(message);
    this.name = 'CompositionFault';
    this.isPlaced = options.isPlaced ?? false;
  }
}
