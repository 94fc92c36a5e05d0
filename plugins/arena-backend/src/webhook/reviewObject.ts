import { InputError } from '@backstage/errors';
import {
  apiVersionOf,
  ARENA_KINDS,
  ArenaKind,
  FieldCause,
} from '@backstage-arena/plugin-arena-common';
import {
  checkBeyondSchema,
  formatCause,
} from '@backstage-arena/plugin-arena-common/admission';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod/v4';

/** The group and version of reviews that are understood. */
const API_VERSION = 'admission.k8s.io/v1';

const objectSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string().optional(),
    generateName: z.string().optional(),
  }),
  spec: z.looseObject({}),
});

const reviewSchema = z.object({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('AdmissionReview'),
  request: z.object({
    uid: z.string().min(1),
    kind: z.object({
      group: z.string(),
      version: z.string(),
      kind: z.string(),
    }),
    operation: z.enum(['CREATE', 'UPDATE']),
    object: objectSchema,
    oldObject: objectSchema.nullish(),
  }),
});

/** What an API server is told about an object. */
export interface AdmissionReview {
  apiVersion: typeof API_VERSION;
  kind: 'AdmissionReview';
  response: {
    uid: string;
    allowed: boolean;
    /** What people are told though the object is allowed. */
    warnings?: string[];
    status?: {
      code: 422;
      reason: 'Invalid';
      message: string;
      details: { causes: FieldCause[] };
    };
  };
}

/**
 * Answers an `AdmissionReview`: refuses what the CRDs let pass though it can never run.
 *
 * @throws InputError for what is no review, or one of objects that are not ours: an answer to it would be a guess, so it is left to the
 * failure policy of the webhook
 */
export function reviewObject(body: unknown): AdmissionReview {
  const parsed = reviewSchema.safeParse(body);
  if (!parsed.success) {
    throw new InputError(
      `This is no AdmissionReview of ${API_VERSION} that can be answered: ${parsed.error.issues
        .map(({ path, message }) => `${path.join('.')}: ${message}`)
        .join('; ')}`,
    );
  }
  const { uid, object, oldObject, ...request } = parsed.data.request;
  const kind = kindOf(request.kind);
  const { causes, warnings } = checkBeyondSchema(
    kind,
    object.spec,
    oldObject?.spec,
  );
  // Whoever touches something else (labels, finalizers) has heard it before, or is not its author.
  const told =
    oldObject && isDeepStrictEqual(object.spec, oldObject.spec) ? [] : warnings;
  return {
    apiVersion: API_VERSION,
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed: causes.length === 0,
      ...(told.length > 0 && { warnings: told }),
      ...(causes.length > 0 && {
        status: {
          code: 422,
          reason: 'Invalid',
          message: causes.map(formatCause).join(', '),
          details: { causes },
        },
      }),
    },
  };
}

function kindOf({
  group,
  version,
  kind,
}: {
  group: string;
  version: string;
  kind: string;
}): ArenaKind {
  const names = ARENA_KINDS.find(candidate => candidate.kind === kind);
  const apiVersion = `${group}/${version}`;
  if (!names || apiVersionOf(names.kind) !== apiVersion) {
    throw new InputError(
      `request.kind: Unsupported value: ${apiVersion} ${kind}: this webhook is for ${ARENA_KINDS.map(
        candidate => `${apiVersionOf(candidate.kind)} ${candidate.kind}`,
      ).join(', ')}`,
    );
  }
  return names.kind;
}
