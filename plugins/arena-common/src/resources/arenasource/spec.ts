import {
  CelRule,
  duration,
  flag,
  group,
  localRef,
  objectName,
  oneOf,
  RELATIVE_PATH,
  secretKeyRef,
  text,
} from '../fields';

const BLOCKS = {
  git: 'git',
  oci: 'oci',
  configmap: 'configMap',
  workspace: 'workspace',
} as const;

const BLOCK_RULES: CelRule[] = Object.entries(BLOCKS).flatMap(
  ([type, block]): CelRule[] => [
    {
      rule: `self.type != '${type}' || has(self.${block})`,
      message: `must be set when type is ${type}`,
      fieldPath: `.${block}`,
      reason: 'FieldValueRequired',
    },
    {
      rule: `self.type == '${type}' || !has(self.${block})`,
      message: `allowed only when type is ${type}`,
      fieldPath: `.${block}`,
      reason: 'FieldValueForbidden',
    },
  ],
);

const relativePath = (description: string) =>
  text(description, { max: 1024, rules: [RELATIVE_PATH] });

/** @public */
export const arenaSourceSpecSchema = group(
  'Where a bundle of scenarios comes from.',
  {
    type: oneOf(
      ['git', 'oci', 'configmap', 'workspace'],
      'Kind of the source. Exactly the block of this kind must be set.',
    ),
    git: group('Git repository. Required when type is git.', {
      url: text('Address of the repository.', {
        max: 2048,
        pattern: /^((https?|ssh):\/\/|[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:)[^ ]+$/,
        hint: 'must be an http://, https:// or ssh:// URL, or of the form user@host:path',
      }),
      ref: group(
        'What to check out. Without it: the default branch. If several are set, commit wins over tag, and tag over branch.',
        {
          branch: text('Name of a branch.', { max: 255 }).optional(),
          tag: text('Name of a tag.', { max: 255 }).optional(),
          commit: text('Full SHA of a commit.', {
            max: 64,
            pattern: /^([0-9a-f]{40}|[0-9a-f]{64})$/,
            hint: 'must have all 40 (or 64) hexadecimal digits: servers find no commit by its first ones',
          }).optional(),
        },
      ).optional(),
      path: relativePath(
        'Folder of the repository that is the bundle. Without it: the whole repository.',
      ).optional(),
      secretRef: secretKeyRef(
        'Secret with username and password (HTTPS), or identity and known_hosts (SSH); ca.crt is a CA of your own.',
        'Key of the Secret that holds a token, in place of username and password.',
      ).optional(),
    }).optional(),
    oci: group('OCI artifact. Required when type is oci.', {
      url: text('Address of the artifact with tag or digest.', {
        max: 2048,
        pattern: /^oci:\/\/[^ ]+$/,
        hint: 'must be an oci:// URL',
      }),
      secretRef: localRef(
        'Secret with username and password, or with .dockerconfigjson; ca.crt is a CA of your own.',
        'Name of the Secret.',
      ).optional(),
      insecure: flag(
        'Allows plain HTTP and certificates that are not trusted.',
      ).default(false),
    }).optional(),
    configMap: group('ConfigMap. Required when type is configmap.', {
      name: objectName('Name of the ConfigMap.'),
      key: text(
        'Key that holds a packed bundle. Every key is a file of the bundle; __ in a key stands for a slash.',
        { max: 253, pattern: /^[-._a-zA-Z0-9]+$/ },
      ).default('pack.json'),
    }).optional(),
    workspace: group(
      "Folder that the portal's administrator has opened. Required when type is workspace.",
      {
        path: relativePath('Folder within the workspace.'),
      },
    ).optional(),
    interval: duration('How often the source is looked at again.', {
      positive: true,
    }).default('5m'),
    timeout: duration('How long one fetch may take.', {
      positive: true,
    }).default('60s'),
    suspend: flag('Stops fetching; what was fetched stays usable.').default(
      false,
    ),
    targetPath: relativePath(
      'Kept so that objects written for Omnia are accepted; content is addressed by its digest.',
    ).optional(),
    createVersionOnSync: flag(
      'Kept so that objects written for Omnia are accepted; every change of content is a version.',
    ).default(true),
  },
  { rules: BLOCK_RULES },
);
