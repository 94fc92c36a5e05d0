import { createMetadataPolicy } from '@backstage-arena/plugin-arena-common/network';

/** What everything that a bundle has called must not lead to: see `createMetadataPolicy`. */
export const metadataPolicy = createMetadataPolicy();
