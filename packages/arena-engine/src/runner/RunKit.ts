import { BundleContent } from '../bundle/BundleContent';
import { RelevancePolicy } from '../bundle/schemas/scenario';
import { Classifiers } from '../checks/classifiers/Classifiers';
import { Embedder, isEmbeddingVendor } from '../context/Embedder';
import { Embedders } from '../context/Embedders';
import { PreparedPrompts } from '../conversation/PreparedPrompt';
import {
  Feature,
  Session,
  WorkflowSession,
} from '../conversation/SessionFeature';
import { RunnerOptions } from '../Engine';
import { PackEvals } from '../evals/PackEvals';
import { ConnectionSet } from '../providers/http/ConnectionSet';
import { findRowEmbedder } from '../dataset/findRowEmbedder';
import { budgetOf } from '../providers/limits/budgetOf';
import { createProvider } from '../providers/createProvider';
import { SecretReader } from '../providers/SecretReader';
import { COMPATIBLE, Quirks, STRICT } from '../quirks/quirks';
import { HttpClient } from '../tools/http/HttpClient';
import { ToolBox } from '../tools/ToolBox';
import { Workflow } from '../workflow/Workflow';
import { openFeatures } from './openFeatures';
import { ProviderClients } from './ProviderClients';
import { RoleProviders } from './RoleProviders';

/** Everything that the conversations of a run share. */
export interface RunKit {
  readonly quirks: Quirks;
  readonly secrets: SecretReader;
  /** Takes lines with secrets, and writes them without. */
  readonly log?: (line: string) => void;
  readonly toolBox: ToolBox;
  readonly prompts: PreparedPrompts;
  readonly clients: ProviderClients;
  readonly roles: RoleProviders;
  readonly features: readonly Feature[];
  readonly classifiers: Classifiers;
  readonly evals: PackEvals;
  /** To services that checks ask. */
  readonly connections: ConnectionSet;
  readonly embedder: (relevance: RelevancePolicy) => Embedder;
  /** Of generated rows, when near-duplicates are told by it. */
  readonly rowEmbedder?: Embedder;
  readonly openWorkflow?: (session: Session) => WorkflowSession;
  close(): Promise<void>;
}

/** Opens what a bundle's conversations need. */
export async function openRunKit(
  content: BundleContent,
  given: RunnerOptions,
): Promise<RunKit> {
  const quirks = given.compat ? COMPATIBLE : STRICT;
  const secrets = new SecretReader(given.secret ?? (name => process.env[name]));
  const write = given.log;
  const log = write && ((line: string) => write(secrets.redact(line)));
  const options = { ...given, log };
  const toolBox = await ToolBox.create({
    content,
    registryTools: options.tools,
    allow: options.allow,
    secrets,
    log,
  });
  const prompts = new PreparedPrompts(content.prompts, {
    toolBox,
    quirks,
    log,
  });
  // An item makes one call at a time, unless steps of a composition run beside each other.
  const concurrency = content.arena.compositions
    ? undefined
    : options.concurrency;
  const clients = new ProviderClients(entry =>
    createProvider(entry, content, { ...options, concurrency }, secrets),
  );
  const roles = new RoleProviders(content, {
    providers: options.providers,
    clients,
  });
  const http = new HttpClient();
  const connections = new ConnectionSet();
  const { rateShare } = options;
  const embedders = new Embedders({
    content,
    secrets,
    http,
    rateShare,
    budget: budgetOf(options),
  });
  const features = openFeatures(content, { quirks, secrets, toolBox });
  const workflow = Workflow.of(content);
  return {
    quirks,
    secrets,
    log,
    toolBox,
    prompts,
    clients,
    roles,
    features,
    classifiers: new Classifiers(content, secrets, connections),
    evals: new PackEvals(content, { ...options, quirks }),
    connections,
    embedder: relevance => embedders.of(relevance),
    rowEmbedder: openRowEmbedder(content, options, embedders),
    openWorkflow: workflow && (session => workflow.open(session)),
    close: async () => {
      embedders.close();
      await Promise.all([
        toolBox.close(),
        clients.close(),
        http.close(),
        connections.close(),
        ...features.map(feature => feature.close?.()),
      ]);
    },
  };
}

function openRowEmbedder(
  content: BundleContent,
  options: RunnerOptions,
  embedders: Embedders,
): Embedder | undefined {
  const entry = findRowEmbedder(content, options);
  if (!entry || !isEmbeddingVendor(entry.spec.type)) return undefined;
  return embedders.of({
    provider: entry.spec.type,
    model: options.dataGen?.embedding?.model,
    entry,
  });
}
