import { z } from 'zod/v4';
import { datasetProfileSchema } from '../datagen/DatasetProfile';
import { generatedRowSchema } from '../datagen/GeneratedRow';
import { loadProfileSchema } from '../load/LoadProfile';
import { singleLine } from './singleLine';
import { runBudgetSchema } from './runBudget';

/**
 * The worker protocol: JSON over HTTP under `/api/arena/worker/v1`, authenticated by the run token
 * (`Authorization: Bearer`). Both sides validate with the schemas of this file. `docs/worker-protocol.md` has the
 * prose: order of calls, retries, fencing.
 */

/** @public */
export const WORKER_PROTOCOL_VERSION = 1;

/** Largest number of results in one report. @public */
export const MAX_REPORT_ITEMS = 500;

/** Half-open range of item indexes: `from` is in it, `to` is not. @public */
export const indexRangeSchema = z.object({
  from: z.int().min(0),
  to: z.int().min(1),
});

/** @public */
export type IndexRange = z.infer<typeof indexRangeSchema>;

/** @public */
export const registerRequestSchema = z.object({
  protocolVersion: z.int(),
  workerId: singleLine(128).min(1),
  engineVersion: singleLine(128),
  /** Release of the worker, one minor release apart from the backend's at most. Absent in programs that are of none. */
  workerVersion: singleLine(64).optional(),
  host: singleLine(255),
  pid: z.int().optional(),
});

/** @public */
export type RegisterRequest = z.infer<typeof registerRequestSchema>;

/** Address of a secret, never the secret itself. @public */
export const credentialSourceSchema = z.union([
  z.object({
    namespace: z.string(),
    secret: z.string(),
    key: z.string(),
  }),
  z.object({ environment: z.string() }),
]);

/** @public */
export type CredentialSource = z.infer<typeof credentialSourceSchema>;

/**
 * A provider or agent as the worker must call it. `credentialSlot` names the environment variable that holds the
 * secret; the secret itself never travels in the protocol.
 *
 * @public
 */
export const resolvedProviderSchema = z.object({
  id: z.string(),
  group: z.string(),
  /** Name of the provider in the arena file that this entry stands for (a judge, a self-play role). */
  bindsTo: z.string().optional(),
  /** PromptKit provider spec (`type`, `model`, `base_url`, `defaults`, `pricing`, ...). */
  spec: z.record(z.string(), z.unknown()),
  credentialSlot: z.string().optional(),
  /** Where the launcher finds the secret for the slot: its address, so that a restart and a re-run find it again. */
  credentialSource: credentialSourceSchema.optional(),
  /** The Provider object that this was made from, so that a re-run can ask whether it may still be used. */
  providerRef: z.object({ namespace: z.string(), name: z.string() }).optional(),
});

/** @public */
export type ResolvedProvider = z.infer<typeof resolvedProviderSchema>;

/**
 * How the launcher makes the value of a header: `bearer` from a token, `basic` from a user name and a password, or from
 * `user:password` when there is no `username`.
 *
 * @public
 */
export const headerCredentialSchema = z.object({
  scheme: z.enum(['bearer', 'basic']),
  source: credentialSourceSchema,
  username: credentialSourceSchema.optional(),
});

/** @public */
export type HeaderCredential = z.infer<typeof headerCredentialSchema>;

/**
 * A tool of a ToolRegistry as the worker must call it.
 *
 * @public
 */
export const resolvedToolSchema = z.object({
  name: z.string(),
  /** Name of the ToolRegistry that brings it. */
  registry: z.string(),
  /**
   * PromptKit tool spec: `description`, `input_schema`, `output_schema`, `mode`, `timeout_ms`, and the block of the mode: `http` (live),
   * `client`, or `mcp {transport, url, headers, tool}`, for `stdio` `{transport, command, args, env, working_dir, tool}`.
   */
  spec: z.record(z.string(), z.unknown()),
  /** Header to the environment variable that holds the header's complete value. */
  credentialSlots: z.record(z.string(), z.string()).optional(),
  /** Header to where the launcher finds what the slot is made of. */
  credentialSources: z.record(z.string(), headerCredentialSchema).optional(),
  /** The ToolRegistry object, so that a re-run can ask whether it may still be used. */
  registryRef: z.object({ namespace: z.string(), name: z.string() }).optional(),
});

/** @public */
export type ResolvedTool = z.infer<typeof resolvedToolSchema>;

/**
 * Where the reports of a run go besides the portal.
 *
 * @public
 */
export const runOutputSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('s3'),
    bucket: z.string(),
    /** What the keys of the run's files begin with, up to and with the last slash. */
    prefix: z.string(),
    /** Absent: where the bucket is. */
    region: z.string().optional(),
    /** Of an S3-compatible server. Absent: Amazon's. */
    endpoint: z.string().optional(),
    /** `AWS_ACCESS_KEY_ID` and the like to the environment variable that holds it. Absent: the identity of the worker's machine. */
    credentialSlots: z.record(z.string(), z.string()).optional(),
    /** By the same names: where the launcher finds what the slot is to hold. */
    credentialSources: z.record(z.string(), credentialSourceSchema).optional(),
  }),
  z.object({
    type: z.literal('pvc'),
    claimName: z.string(),
    /** Folder of the run within the claim. */
    path: z.string(),
  }),
]);

/** @public */
export type RunOutput = z.infer<typeof runOutputSchema>;

/**
 * Everything that is fixed when a run is planned. Stored beside the run and given to each of its workers.
 *
 * @public
 */
export const runPinsSchema = z.object({
  source: z.object({
    name: z.string(),
    uid: z.string(),
    revision: z.string(),
    /** `sha256:<hex>` of the snapshot; the address under which the bundle is fetched. */
    digest: z.string(),
  }),
  config: z
    .object({ name: z.string(), uid: z.string(), generation: z.int() })
    .optional(),
  arenaFile: z.string(),
  type: z.enum(['evaluation', 'loadtest', 'datagen']),
  /** Of a load test: what it sends, and what it is judged by. */
  load: loadProfileSchema.optional(),
  /** Of data generation: what rows there are to be. */
  dataset: datasetProfileSchema.optional(),
  /** Of an evaluation: what it may spend. Absent: no limit. */
  budget: runBudgetSchema.optional(),
  /** True: the original engine's verdicts; false: strict. */
  compat: z.boolean(),
  scenarios: z
    .object({
      include: z.array(z.string()).optional(),
      exclude: z.array(z.string()).optional(),
    })
    .optional(),
  trials: z.int().min(1).optional(),
  /** Absent: the arena file's own providers. */
  providers: z.array(resolvedProviderSchema).optional(),
  /** Absent: the arena file's own tools and MCP servers. */
  tools: z.array(resolvedToolSchema).optional(),
  /** What the bundle may use of the worker's machine, as the admin allows. Absent: nothing. */
  allow: z
    .object({
      exec: z.boolean().optional(),
      stdio: z.boolean().optional(),
      /** Providers of clouds may call as the machine itself. */
      ambientCredentials: z.boolean().optional(),
    })
    .optional(),
  /** What the ArenaConfig says of simulated users. Absent: the arena file alone decides. */
  selfPlay: z
    .object({
      /** Exchanges of each turn that is played. Absent: as the turn says. */
      rounds: z.int().min(1).optional(),
      /** Each such conversation is also held with the sides exchanged. */
      swapRoles: z.boolean(),
    })
    .optional(),
  outputFormats: z.array(z.string()),
  /** Absent: the reports go to the portal alone. */
  output: runOutputSchema.optional(),
  /** Items in flight (started and not acknowledged) per worker. */
  concurrency: z.int().min(1),
  /** Most workers at a time: each takes its share of the providers' rate limits. Absent: one. */
  workers: z.int().min(1).optional(),
  /** Longest time for one item, in milliseconds. */
  itemTimeoutMs: z.int().min(1),
  /** Executions of one item, infrastructure errors included. */
  maxAttempts: z.int().min(1),
  verbose: z.boolean(),
  engineVersion: z.string(),
  planVersion: z.int(),
});

/** @public */
export type RunPins = z.infer<typeof runPinsSchema>;

/** @public */
export const registerResponseSchema = z.object({
  protocolVersion: z.int(),
  runId: z.string(),
  pins: runPinsSchema,
  /** The run's plan (see `RunPlan`), opaque to the protocol. */
  plan: z.record(z.string(), z.unknown()),
  heartbeatIntervalMs: z.int().min(1),
});

/** @public */
export type RegisterResponse = z.infer<typeof registerResponseSchema>;

/** @public */
export const leaseRequestSchema = z.object({
  workerId: singleLine(128),
  /** How many more items the worker can take. */
  capacity: z.int().min(1).max(10_000),
  /** The worker has what the run's output takes: the mounted claim, the credentials. Who has not, is not given the reports to write. */
  outputReady: z.boolean().optional(),
  /** What the worker is for: the items alone, or the reports alone. Absent: both. */
  role: z.enum(['work', 'finalize']).optional(),
});

/** @public */
export type LeaseRequest = z.infer<typeof leaseRequestSchema>;

/** One item of a lease that is not fresh: returned, retried or picked by hand. @public */
export const leasedItemSchema = z.object({
  index: z.int().min(0),
  attempt: z.int().min(1),
});

/**
 * @remarks
 * - `granted`: work. `ranges` are fresh items (attempt 1), `items` are others.
 * - `finalize`: all items are in; this worker writes the reports and the outputs.
 * - `wait`: nothing to do now, ask again after `retryAfterMs`.
 * - `closed`: the run is over, exit 0.
 *
 * @public
 */
export const leaseResponseSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('granted'),
    leaseId: z.string(),
    fence: z.int(),
    ttlMs: z.int().min(1),
    ranges: z.array(indexRangeSchema),
    items: z.array(leasedItemSchema),
  }),
  z.object({
    state: z.literal('finalize'),
    leaseId: z.string(),
    fence: z.int(),
    ttlMs: z.int().min(1),
    /** Formats to write. */
    formats: z.array(z.string()),
    /** Folder on the worker's machine to write the reports to as well, besides uploading them. */
    outputDirectory: z.string().optional(),
    /** Hosts that the output may lead to although they are not on the public internet. Absent: none. */
    allowedHosts: z.array(z.string()).optional(),
  }),
  z.object({ state: z.literal('wait'), retryAfterMs: z.int().min(0) }),
  z.object({ state: z.literal('closed'), reason: z.string() }),
]);

/** @public */
export type LeaseResponse = z.infer<typeof leaseResponseSchema>;

/** @public */
export const heartbeatRequestSchema = z.object({
  workerId: singleLine(128),
  leases: z
    .array(
      z.object({
        leaseId: singleLine(128),
        fence: z.int(),
        /** Items of this lease that have started since the last heartbeat or report. */
        started: z.array(z.int().min(0)).max(10_000),
      }),
    )
    .max(1_000),
});

/** @public */
export type HeartbeatRequest = z.infer<typeof heartbeatRequestSchema>;

const workerCommandSchema = z.enum(['continue', 'finish', 'drain', 'cancel']);

/** @public */
export const heartbeatResponseSchema = z.object({
  leases: z.array(
    z.object({
      leaseId: z.string(),
      /** Milliseconds that the lease now lasts; absent when it is lost. */
      ttlMs: z.int().min(0).optional(),
      lost: z.boolean(),
    }),
  ),
  /**
   * `drain`: finish what has started, return the rest, exit 143. `finish`: the same, but stay for the reports. `cancel`: abandon everything, then
   * exit.
   */
  command: workerCommandSchema,
});

/** @public */
export type HeartbeatResponse = z.infer<typeof heartbeatResponseSchema>;

/** @public */
export const itemErrorSchema = z.object({
  /**
   * Of a call: `rate_limit` (refused for now, or the quota is spent), `overload` (the provider has no room), `timeout` (no
   * answer in time; also an item that took too long), `connection` (not reached, or cut off), `auth` (no or a wrong
   * credential), `invalid_request` (the provider does not take such a request), `content_filter` (it refused the content),
   * `provider` (any other error of the provider, or an answer that cannot be read). Otherwise: `bundle` (the bundle is wrong),
   * `engine` (a fault of ours) or `budget` (the next call did not fit into what was left of the run's budget).
   */
  class: z.enum([
    'provider',
    'rate_limit',
    'overload',
    'timeout',
    'connection',
    'auth',
    'invalid_request',
    'content_filter',
    'bundle',
    'engine',
    'budget',
  ]),
  message: z.string().max(4_000),
  retryable: z.boolean(),
});

/** @public */
export type ItemError = z.infer<typeof itemErrorSchema>;

/**
 * Result of one execution of an item. `transcript` is the JSON text of a `Transcript`.
 *
 * @public
 */
export const itemReportSchema = z.object({
  index: z.int().min(0),
  attempt: z.int().min(1),
  status: z.enum(['passed', 'failed', 'errored']),
  startedAt: z.iso.datetime(),
  durationMs: z.number().min(0),
  error: itemErrorSchema.optional(),
  /** First reasons of failure, short enough for a table. */
  message: z.string().max(1_000).optional(),
  checksTotal: z.int().min(0),
  checksFailed: z.int().min(0),
  /** Mean of the scores of its checks; absent when no check has one, or beside `error`. */
  score: z.number().min(0).max(1).optional(),
  turns: z.int().min(0),
  toolCalls: z.int().min(0),
  inputTokens: z.int().min(0),
  outputTokens: z.int().min(0),
  cachedTokens: z.int().min(0),
  /** US dollars unless the provider's pricing says otherwise. */
  cost: z.number().min(0),
  /** Time to the first token of the first reply, in milliseconds; absent when nothing was streamed. */
  ttftMs: z.number().min(0).optional(),
  transcript: z.string().optional(),
  /** Of data generation: the row, or why there is none. */
  generated: generatedRowSchema.optional(),
});

/** @public */
export type ItemReport = z.infer<typeof itemReportSchema>;

/** @public */
export const reportRequestSchema = z.object({
  workerId: singleLine(128),
  leaseId: singleLine(128),
  fence: z.int(),
  results: z.array(itemReportSchema).max(MAX_REPORT_ITEMS),
});

/** @public */
export type ReportRequest = z.infer<typeof reportRequestSchema>;

/**
 * @remarks
 * `refused` names items that were not counted: they were counted before (a repeated report) or are not of this lease.
 * A report under a lost lease is answered with status 409 as a whole, and nothing of it is counted.
 *
 * @public
 */
export const reportResponseSchema = z.object({
  accepted: z.int().min(0),
  refused: z.array(z.object({ index: z.int(), reason: z.string() })),
  command: workerCommandSchema,
});

/** @public */
export type ReportResponse = z.infer<typeof reportResponseSchema>;

/** A report that was uploaded. @public */
export const finalizedFileSchema = z.object({
  name: singleLine(255),
  size: z.int().min(0),
  digest: singleLine(255),
});

/** Gives a lease back: what has not been reported becomes free again, at once. @public */
export const releaseRequestSchema = z.object({
  workerId: singleLine(128),
  leaseId: singleLine(128),
  fence: z.int(),
  /** Items that had started and will not be reported. They cost an attempt. */
  started: z.array(z.int().min(0)),
  /** Set by a finalize lease: what was written, or why it failed. */
  finalize: z
    .union([
      z.object({
        ok: z.literal(true),
        files: z.array(finalizedFileSchema),
      }),
      z.object({
        ok: z.literal(false),
        message: z.string().max(4_000),
        /** What was uploaded to the backend nevertheless, and is complete: it is shown once nobody tries again. */
        files: z.array(finalizedFileSchema).optional(),
      }),
    ])
    .optional(),
});

/** @public */
export type ReleaseRequest = z.infer<typeof releaseRequestSchema>;
