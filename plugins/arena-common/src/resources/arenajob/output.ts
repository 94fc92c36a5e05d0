import { group, localRef, oneOf, RELATIVE_PATH, text } from '../fields';

/** @internal */
export const outputSchema = group(
  'Where the results are stored, besides the portal.',
  {
    type: oneOf(['s3', 'pvc'], 'Kind of destination.'),
    s3: group('S3 bucket. Required when type is s3.', {
      bucket: text('Name of the bucket.', {
        max: 255,
        pattern: /^[A-Za-z0-9][-._A-Za-z0-9]*$/,
      }),
      prefix: text('Prefix of the keys.', { min: 0, max: 900 }).optional(),
      region: text('Region of the bucket.', { max: 64 }).optional(),
      endpoint: text('Endpoint of an S3-compatible server.', {
        max: 1024,
        pattern: /^https?:\/\/[^ /]+/,
        hint: 'must be an http:// or https:// URL',
      }).optional(),
      secretRef: localRef(
        'Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
        'Name of the Secret.',
      ).optional(),
    }).optional(),
    pvc: group('Persistent volume claim. Required when type is pvc.', {
      claimName: text('Name of the claim.', {
        max: 253,
        pattern: /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
      }),
      subPath: text('Folder within the claim.', {
        min: 0,
        max: 1024,
        rules: [RELATIVE_PATH],
      }).optional(),
    }).optional(),
  },
  {
    rules: [
      {
        rule: "self.type != 's3' || has(self.s3)",
        message: 'must be set when type is s3',
        fieldPath: '.s3',
        reason: 'FieldValueRequired',
      },
      {
        rule: "self.type != 'pvc' || has(self.pvc)",
        message: 'must be set when type is pvc',
        fieldPath: '.pvc',
        reason: 'FieldValueRequired',
      },
      {
        rule: "self.type == 's3' || !has(self.s3)",
        message: 'allowed only when type is s3',
        fieldPath: '.s3',
        reason: 'FieldValueForbidden',
      },
      {
        rule: "self.type == 'pvc' || !has(self.pvc)",
        message: 'allowed only when type is pvc',
        fieldPath: '.pvc',
        reason: 'FieldValueForbidden',
      },
    ],
  },
);
