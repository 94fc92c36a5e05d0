import { group, int32, oneOf } from '../fields';
import { budgetFields } from './budget';

/** @internal */
export const dataGenSchema = group(
  'Settings of data generation. Allowed only when type is datagen.',
  {
    count: int32('How many unique, valid rows to generate.', {
      min: 1,
      max: 10000000,
    }).default(100),
    format: oneOf(['json', 'jsonl', 'csv'], 'Format of the rows.').default(
      'jsonl',
    ),
    ...budgetFields(),
  },
);
