/**
 * Real servers for tests and demos.
 *
 * @packageDocumentation
 */
export {
  type AgentBehaviour,
  type AgentTurnControl,
  type ClientToolResult,
} from './agent/AgentSession';
export * from './agent/startAgent';
export * from './binary/Progress';
export { ensureHelm } from './binary/ensureHelm';
export {
  type AuditEvent,
  type Cluster,
  type ClusterOptions,
} from './cluster/Cluster';
export { COMPONENTS, type Component } from './cluster/commandOf';
export { startCluster } from './cluster/startCluster';
export * from './git/startGitHttps';
export * from './git/startSshd';
export { ensureBusyboxImage, ensureNodeImage } from './images/basicImages';
export * from './images/buildImage';
export * from './images/Image';
export { ensurePortalImage } from './images/portalImage';
export { ensureWorkerImage } from './images/workerImage';
export * from './mockLlm/MockLlm';
export * from './mockLlm/startMockLlm';
export * from './mockLlm/startMockLlmProcess';
export * from './postgres/startPostgres';
export { freePort } from './process/freePort';
export * from './registry/startRegistry';
export * from './s3/startS3';
export {
  createCertificate,
  type TestCertificate,
} from './tls/createCertificate';
export * from './testing/TestClusterFile';
export * from './testing/useCluster';
export { whyNoCluster } from './whyNoCluster';
