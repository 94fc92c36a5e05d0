import { CheckDefinition } from '../Check';
import { jsonPath } from './jsonPath';
import { jsonSchema } from './jsonSchema';
import { jsonValid } from './jsonValid';

export const jsonChecks: readonly CheckDefinition[] = [
  jsonValid,
  jsonSchema,
  jsonPath,
];
