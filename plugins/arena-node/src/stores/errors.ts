import { CustomErrorBase } from '@backstage/errors';
import { FieldCause } from '@backstage-arena/plugin-arena-common';

/** Admission refused the object. Answered as status 422 with the causes. @public */
export class InvalidObjectError extends CustomErrorBase {
  name = 'InvalidObjectError' as const;
  readonly causes: FieldCause[];

  constructor(message: string, causes: FieldCause[]) {
    super(message);
    this.causes = causes;
  }
}

/** A watch or a continue token is older than the store remembers. Answered as status 410. @public */
export class GoneError extends CustomErrorBase {
  name = 'GoneError' as const;
}
