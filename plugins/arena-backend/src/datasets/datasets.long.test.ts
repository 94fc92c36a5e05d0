import { proveDataset } from './__testUtils__/proveDataset';

jest.setTimeout(180_000);

// The ten thousand rows of the specification's example are a suite of their own: `npm test -- --only datagen`.
describe('a job that generates data', () => {
  proveDataset(600, 20);
});
