import { CheckDefinition } from '../Check';
import { contains } from './contains';
import { containsAny } from './containsAny';
import { contentExcludes } from './contentExcludes';
import { cosineSimilarity } from './cosineSimilarity';
import { fieldPresence } from './fieldPresence';
import { maxLength } from './maxLength';
import { minLength } from './minLength';
import { regex } from './regex';
import { sentenceCount } from './sentenceCount';

export const textChecks: readonly CheckDefinition[] = [
  contains,
  containsAny,
  contentExcludes,
  regex,
  minLength,
  maxLength,
  sentenceCount,
  fieldPresence,
  cosineSimilarity,
];
