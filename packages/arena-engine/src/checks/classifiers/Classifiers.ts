import { BundleContent, ProviderEntry } from '../../bundle/BundleContent';
import { BundleFault } from '../../conversation/errors';
import { findCredential } from '../../providers/credentials/findCredential';
import { ConnectionSet } from '../../providers/http/ConnectionSet';
import { SecretReader } from '../../providers/SecretReader';
import { goDurationMs } from '../../util/goDuration';
import { ClassifyRequest, ClassLabel } from '../Check';
import { asMap } from '../CheckParams';
import { HuggingFaceClassifier } from './HuggingFaceClassifier';

/** Where a key is looked for when the provider names no other place. */
const WELL_KNOWN = ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'];

/** The classifiers of a bundle: its inference providers, which `defaults.inference` names by what they classify. */
export class Classifiers {
  private readonly entries: readonly ProviderEntry[];
  private readonly open = new Map<string, Promise<HuggingFaceClassifier>>();

  constructor(
    private readonly content: Pick<
      BundleContent,
      'arena' | 'providers' | 'directory'
    >,
    private readonly secrets: SecretReader,
    private readonly connections: ConnectionSet,
  ) {
    this.entries = content.providers.filter(
      ({ spec }) => spec.role === 'inference',
    );
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /**
   * @returns undefined when no classifier is configured for the request
   * @throws BundleFault when the one that is named cannot classify, ProviderError when it gives no labels
   */
  async classify(
    request: ClassifyRequest,
    signal: AbortSignal,
  ): Promise<ClassLabel[] | undefined> {
    const entry = this.find(request);
    if (!entry) return undefined;
    const classifier = await this.openOnce(entry);
    return classifier.classify(request, signal);
  }

  private find({
    kind,
    classifier,
  }: ClassifyRequest): ProviderEntry | undefined {
    const inference = asMap(this.content.arena.defaults?.inference);
    const name = classifier ?? inference?.[`${kind}_classifier`];
    if (name === undefined) return undefined;
    const entry = this.entries.find(({ id }) => id === name);
    if (entry) return entry;
    const known = this.entries.map(({ id }) => id).join(', ');
    throw new BundleFault(
      `There is no inference provider "${name}": allowed are ${
        known || 'none'
      }`,
    );
  }

  private openOnce(entry: ProviderEntry): Promise<HuggingFaceClassifier> {
    const known = this.open.get(entry.id);
    if (known) return known;
    const opening = this.connect(entry);
    this.open.set(entry.id, opening);
    return opening;
  }

  private async connect(entry: ProviderEntry): Promise<HuggingFaceClassifier> {
    const { id, spec } = entry;
    if (spec.type !== 'huggingface') {
      throw new BundleFault(
        `The inference provider "${id}" of type ${spec.type} cannot classify: allowed is huggingface`,
      );
    }
    const token = await this.token(entry);
    const timeoutMs = goDurationMs(spec.request_timeout);
    return new HuggingFaceClassifier({
      connections: this.connections,
      ...(spec.base_url ? { baseUrl: spec.base_url } : {}),
      ...(token ? { token } : {}),
      ...(timeoutMs ? { timeoutMs } : {}),
    });
  }

  private async token(entry: ProviderEntry): Promise<string | undefined> {
    // A target without well-known variables: the keys of other vendors stay where they are.
    const target = { dialect: 'ollama' } as const;
    const { directory } = this.content;
    const own = await findCredential(entry, target, directory, this.secrets);
    if (own) return own;
    return WELL_KNOWN.map(name => this.secrets.variable(name)).find(
      token => token !== undefined,
    );
  }
}
