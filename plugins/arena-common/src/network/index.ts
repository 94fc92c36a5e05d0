/**
 * Which hosts may be reached that objects of the API name. For Node: names are resolved here.
 *
 * @packageDocumentation
 */
export {
  AddressRefusedError,
  createAddressPolicy,
  createMetadataPolicy,
  isHostPattern,
} from './AddressPolicy';
export type { AddressPolicy, AddressPolicyOptions } from './AddressPolicy';
