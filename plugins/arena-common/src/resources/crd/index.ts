export type { CelRule } from '../fields/rules';
export type { StructuralSchema } from './StructuralSchema';
export type { CrdSet, PrinterColumn } from './definitions';
export { WORKER_JOB_SUFFIX } from './definitions';
export type { ArenaCrd } from './crdOf';
export { CRD_SET_LABEL, crdOf, hasStatus, structuralSchemaOf } from './crdOf';
export { jsonSchemaOf, specJsonSchemaOf } from './jsonSchemaOf';
