import { Document, isMap, isSeq, parseDocument } from 'yaml';
import {
  ARENA_ANNOTATIONS,
  ARENA_API_VERSION,
} from '@backstage-arena/plugin-arena-common';
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

function at(document: Document, path: string[]): unknown {
  const parent = path.slice(0, -1);
  // getIn() throws when it has to go through something that is not a collection.
  if (parent.length > 0 && !isMap(document.getIn(parent))) return undefined;
  return document.getIn(path);
}

function textAt(document: Document, path: string[]): string {
  const value = safely(() => at(document, path));
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : '';
}

function numberAt(document: Document, path: string[]): number | undefined {
  const value = safely(() => at(document, path));
  return typeof value === 'number' ? value : undefined;
}

function listAt(document: Document, path: string[]): string[] {
  const value = safely(() => at(document, path));
  return isSeq(value)
    ? (value.toJSON() as unknown[]).filter(
        (one): one is string => typeof one === 'string',
      )
    : [];
}

function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    // A text in the middle of being written has any shape.
    return undefined;
  }
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

function setPath(document: Document, path: string[], value: unknown): void {
  for (let length = 1; length < path.length; length++) {
    const parent = path.slice(0, length);
    if (!isMap(document.getIn(parent))) {
      document.setIn(parent, document.createNode({}));
    }
  }
  const node = typeof value === 'object' ? document.createNode(value) : value;
  document.setIn(path, node);
}

/** Removes a value and the maps that held nothing else. */
function setOrRemove(document: Document, path: string[], value: unknown): void {
  if (value !== undefined) {
    setPath(document, path, value);
    return;
  }
  for (let length = path.length; length > 1; length--) {
    const here = path.slice(0, length);
    const parent = document.getIn(here.slice(0, -1));
    if (!isMap(parent)) continue;
    const current = document.getIn(here);
    const isLeaf = length === path.length;
    if (isLeaf || (isMap(current) && current.items.length === 0)) {
      // `spec` and `metadata` themselves belong to every object.
      if (length > 1) document.deleteIn(here);
    } else {
      break;
    }
  }
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
  if (change.providers) setProviders(document, change.providers);
  return print(document);
}
