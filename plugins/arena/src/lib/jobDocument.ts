import { Document, isMap, isSeq, parseDocument } from 'yaml';
import {
  ARENA_ANNOTATIONS,
  ARENA_API_VERSION,
} from '@backstage-arena/plugin-arena-common';
import {
  at,
  listAt,
  numberAt,
  safely,
  setOrRemove,
  setPath,
  textAt,
} from './documentFields';
import { limitOf, setLimit } from './loadLimits';
import { YamlProblem } from './locateField';

/** Fields of a job that the form knows. Everything else is for the text. */
export interface JobForm {
  name: string;
  namespace: string;
  source: string;
  type: string;
  include: string[];
  exclude: string[];
  /** References in the group `default`: `name`, or `namespace/name` for another namespace. */
  providers: string[];
  trials?: number;
  workers?: number;
  formats: string[];
  /** Of a load test: conversations per second; without it there is a closed loop. */
  targetRPS?: number;
  /** Lengths of a load test, such as `5m`. */
  duration?: string;
  rampUp?: string;
  /** Thresholds of a load test: the longest latency at the 95th percentile, such as `2s`, and the largest share of errors. */
  latencyLimit?: string;
  errorLimit?: string;
  /** Of data generation: rows wanted, and attempts at most. */
  count?: number;
  maxAttempts?: number;
  format?: string;
  seed?: number;
  /** Similarity from which on rows are near-duplicates. */
  nearDuplicateThreshold?: number;
}

/** A text as the form sees it. */
export interface ParsedJob {
  document: Document;
  form: JobForm;
  /** Faults of the YAML itself. The form cannot edit a text that has any. */
  problems: YamlProblem[];
}

const SCALARS = {
  name: ['metadata', 'name'],
  namespace: ['metadata', 'namespace'],
  source: ['spec', 'sourceRef', 'name'],
  type: ['spec', 'type'],
};
const OPTIONAL_NUMBERS = {
  trials: ['spec', 'trials'],
  workers: ['spec', 'workers', 'replicas'],
  targetRPS: ['spec', 'loadTest', 'targetRPS'],
  count: ['spec', 'dataGen', 'count'],
  maxAttempts: ['spec', 'dataGen', 'maxAttempts'],
  seed: ['spec', 'dataGen', 'seed'],
  nearDuplicateThreshold: ['spec', 'dataGen', 'nearDuplicateThreshold'],
};
const OPTIONAL_TEXTS = {
  duration: ['spec', 'loadTest', 'duration'],
  rampUp: ['spec', 'loadTest', 'rampUp'],
  format: ['spec', 'dataGen', 'format'],
};
const LIMITS = { latencyLimit: 'latency_p95', errorLimit: 'error_rate' };
/** Settings of each type: those of another one are refused. */
const BLOCKS = {
  evaluation: 'evaluation',
  loadtest: 'loadTest',
  datagen: 'dataGen',
};
/** What a job of a type begins with. */
const NEW_BLOCKS: Record<string, object> = {
  loadtest: { targetRPS: 10, rampUp: '30s', duration: '5m' },
  datagen: { count: 100, format: 'jsonl' },
};
const LISTS = {
  include: ['spec', 'scenarios', 'include'],
  exclude: ['spec', 'scenarios', 'exclude'],
  formats: ['spec', 'evaluation', 'outputFormats'],
};
const PROVIDERS = ['spec', 'providers', 'default'];

function print(document: Document): string {
  return document.toString({ lineWidth: 0 });
}

function readForm(document: Document): JobForm {
  const providers = safely(() => at(document, PROVIDERS));
  return {
    name: textAt(document, SCALARS.name),
    namespace: textAt(document, SCALARS.namespace),
    source: textAt(document, SCALARS.source),
    type: textAt(document, SCALARS.type) || 'evaluation',
    include: listAt(document, LISTS.include),
    exclude: listAt(document, LISTS.exclude),
    providers: isSeq(providers)
      ? (providers.toJSON() as unknown[]).map(providerRefOf).filter(isText)
      : [],
    trials: numberAt(document, OPTIONAL_NUMBERS.trials),
    workers: numberAt(document, OPTIONAL_NUMBERS.workers),
    targetRPS: numberAt(document, OPTIONAL_NUMBERS.targetRPS),
    duration: textAt(document, OPTIONAL_TEXTS.duration) || undefined,
    rampUp: textAt(document, OPTIONAL_TEXTS.rampUp) || undefined,
    count: numberAt(document, OPTIONAL_NUMBERS.count),
    maxAttempts: numberAt(document, OPTIONAL_NUMBERS.maxAttempts),
    format: textAt(document, OPTIONAL_TEXTS.format) || undefined,
    seed: numberAt(document, OPTIONAL_NUMBERS.seed),
    nearDuplicateThreshold: numberAt(
      document,
      OPTIONAL_NUMBERS.nearDuplicateThreshold,
    ),
    latencyLimit: limitOf(document, LIMITS.latencyLimit),
    errorLimit: limitOf(document, LIMITS.errorLimit),
    formats: listAt(document, LISTS.formats),
  };
}

function isText(value: string | undefined): value is string {
  return value !== undefined;
}

/** The reference of an entry, `undefined` for one that is not a plain reference to a provider. */
function providerRefOf(entry: unknown): string | undefined {
  const ref =
    typeof entry === 'object' && entry !== null
      ? Reflect.get(entry, 'providerRef')
      : undefined;
  if (typeof ref !== 'object' || ref === null) return undefined;
  const { name, namespace } = ref as { name?: unknown; namespace?: unknown };
  if (typeof name !== 'string') return undefined;
  return typeof namespace === 'string' ? `${namespace}/${name}` : name;
}

/** Adds and removes references; agents, ids and other groups stay as they are. */
function setProviders(document: Document, wanted: string[]): void {
  const current = at(document, PROVIDERS);
  const entries: unknown[] = isSeq(current) ? current.toJSON() : [];
  const kept = entries.filter(entry => {
    const ref = providerRefOf(entry);
    return ref === undefined || wanted.includes(ref);
  });
  const present = kept.map(providerRefOf);
  const added = wanted
    .filter(ref => !present.includes(ref))
    .map(ref => {
      const [name, namespace] = ref.split('/').reverse();
      return { providerRef: namespace ? { name, namespace } : { name } };
    });
  const next = [...kept, ...added];
  if (isSeq(current)) {
    // In place, so that comments on entries that stay are kept.
    for (let i = entries.length - 1; i >= 0; i--) {
      if (!kept.includes(entries[i])) current.delete(i);
    }
    added.forEach(entry => current.add(document.createNode(entry)));
    if (next.length === 0) setOrRemove(document, PROVIDERS, undefined);
  } else if (next.length > 0) {
    setPath(document, PROVIDERS, next);
  }
}

/** Removes what belongs to other types, and puts in what the type begins with. */
function setType(document: Document, type: string): void {
  const own = BLOCKS[type as keyof typeof BLOCKS];
  for (const block of Object.values(BLOCKS)) {
    if (block !== own) setOrRemove(document, ['spec', block], undefined);
  }
  // A conversation that is tried once is one attempt: there are no trials.
  if (type === 'datagen') {
    setOrRemove(document, OPTIONAL_NUMBERS.trials, undefined);
  }
  if (type in NEW_BLOCKS && !isMap(at(document, ['spec', own]))) {
    setPath(document, ['spec', own], NEW_BLOCKS[type]);
  }
}

/** A text to begin with. */
export function newJobText(options: {
  namespace?: string;
  source?: string;
  component?: string;
}): string {
  const { namespace = 'default', source, component } = options;
  const document = parseDocument(`apiVersion: ${ARENA_API_VERSION}
kind: ArenaJob
metadata:
  name: my-evaluation
  namespace: default
spec:
  # The bundle of scenarios to run.
  sourceRef:
    name: ""
  type: evaluation
`);
  document.setIn(['metadata', 'namespace'], namespace);
  if (source) document.setIn(['spec', 'sourceRef', 'name'], source);
  if (component) {
    document.setIn(
      ['metadata', 'annotations'],
      document.createNode({ [ARENA_ANNOTATIONS.component]: component }),
    );
  }
  return print(document);
}

/** Reads a text for the form. */
export function parseJob(text: string): ParsedJob {
  const document = parseDocument(text);
  const problems = document.errors.map(error => ({
    from: error.pos[0],
    to: error.pos[1],
    message: error.message.split('\n')[0].replace(/ at line .*$/, ''),
  }));
  if (problems.length === 0 && !isMap(document.contents)) {
    problems.push({ from: 0, to: text.length, message: 'must be an object' });
  }
  return { document, form: readForm(document), problems };
}

/** Applies a change of the form to a text; comments and whatever the form does not know stay. */
export function editJob(text: string, change: Partial<JobForm>): string {
  const { document, problems } = parseJob(text);
  if (problems.length > 0) return text;
  for (const [field, path] of Object.entries(SCALARS)) {
    const value = change[field as keyof typeof SCALARS];
    if (value !== undefined) setPath(document, path, value);
  }
  for (const field of Object.keys(OPTIONAL_NUMBERS) as Array<
    keyof typeof OPTIONAL_NUMBERS
  >) {
    if (field in change) {
      setOrRemove(document, OPTIONAL_NUMBERS[field], change[field]);
    }
  }
  for (const [field, path] of Object.entries(LISTS)) {
    const value = change[field as keyof typeof LISTS];
    if (value !== undefined) {
      setOrRemove(document, path, value.length > 0 ? value : undefined);
    }
  }
  for (const [name, path] of Object.entries(OPTIONAL_TEXTS)) {
    if (name in change) {
      const value = change[name as keyof typeof OPTIONAL_TEXTS];
      setOrRemove(document, path, value || undefined);
    }
  }
  for (const [name, metric] of Object.entries(LIMITS)) {
    if (name in change) {
      setLimit(
        document,
        metric,
        change[name as keyof typeof LIMITS] || undefined,
      );
    }
  }
  if (change.type !== undefined) setType(document, change.type);
  if (change.providers) setProviders(document, change.providers);
  return print(document);
}
