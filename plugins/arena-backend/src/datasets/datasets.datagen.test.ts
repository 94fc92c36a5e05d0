import { proveDataset } from './__testUtils__/proveDataset';

jest.setTimeout(900_000);

describe('ten thousand rows', () => {
  proveDataset(10_000, 20);
});
