/** Texts about sources and what they hold. */
export const sourceMessages = {
  new: 'New source',
  newIn: 'New source in {{cluster}}',
  created: 'Source {{name}} was created',
  refused: 'The server refuses the source',
  notFound: 'There is no source {{name}}',
  tabs: 'Parts of the source',
  tab: {
    overview: 'Overview',
    files: 'Files',
    bundle: 'Scenarios',
    changes: 'Changes',
    events: 'Events',
    yaml: 'YAML',
  },
  phase: {
    Pending: 'Pending',
    Initializing: 'First fetch',
    Fetching: 'Fetching',
    Ready: 'Ready',
    Error: 'Error',
  },
  type: {
    git: 'Git repository',
    oci: 'OCI artifact',
    configmap: 'ConfigMap',
    workspace: 'Folder of the workspace',
  },
  typeHint: {
    git: 'A branch, tag or commit of a repository, over HTTPS or SSH.',
    oci: 'An artifact of a container registry, such as ORAS pushes, or an image.',
    configmap: 'Small bundles: each key is a file.',
    workspace:
      'A folder beside the portal that the administrator has opened; files can be uploaded where that is allowed.',
  },
  ref: {
    default: 'Default branch',
    branch: 'Branch',
    tag: 'Tag',
    commit: 'Commit',
  },
  field: {
    type: 'Type',
    repository: 'Address of the repository',
    repositoryHint: 'https://…, ssh://… or user@host:path',
    refKind: 'What to check out',
    ref: {
      branch: 'Name of the branch',
      tag: 'Name of the tag',
      commit: 'SHA of the commit',
    },
    folder: 'Folder of the bundle',
    folderHint: 'Empty: the whole repository.',
    artifact: 'Address of the artifact',
    artifactHint: 'With a tag, or with a digest that never changes.',
    configMap: 'Name of the ConfigMap',
    configMapHint: {
      embedded:
        'One of arena.configMaps in app-config, of this namespace. Each key is a file; __ stands for a slash.',
      kubernetes:
        'Of this namespace. Each key is a file; __ stands for a slash.',
    },
    secret: 'Secret with credentials',
    secretHint: {
      https: 'Its name. Empty: anybody may read the repository.',
      ssh: 'Its name. SSH always needs one.',
      registry: 'Its name. Empty: anybody may read the artifact.',
    },
    secretKey: 'Key of a token',
    secretKeyHint:
      'When the Secret holds a token under this key, instead of username and password.',
    insecure: 'Allow plain HTTP and certificates that are not trusted',
    interval: 'Look again every',
    intervalHint: 'Such as 90s, 5m or 1h. Empty: 5m.',
  },
  secret: {
    how: 'How to make the Secret',
    embedded:
      'An administrator adds it to app-config of the portal. Values come from the environment or from files, never into the portal’s database.',
    kubernetes:
      'Whoever may create Secrets in the namespace of the source runs:',
    https:
      'The password may be an access token that can only read. With a token alone, put it under any key and name the key above.',
    ssh: 'identity is a private key without passphrase, known_hosts has the keys of the server (ssh-keyscan prints them: compare them with those that the server’s owner publishes). A server that is not in it is refused.',
    registry:
      'A Secret with .dockerconfigjson, as kubectl create secret docker-registry makes it, works too.',
  },
  fetched: 'Fetched',
  facts: 'Source',
  fact: {
    ref: 'Checks out',
    interval: 'Interval',
    timeout: 'Timeout',
    lastFetch: 'Last fetch',
    nextFetch: 'Next fetch',
  },
  run: 'Run this',
  sync: {
    action: 'Sync now',
    suspended: 'Suspended',
    asked: 'Source {{name}} is being fetched',
  },
  upload: {
    action: 'Upload',
    title: 'Upload to {{name}}',
    replaces: 'All files in {{folder}} are replaced',
    replacesDescription:
      'What is there and not among the uploaded files is gone. Revisions that runs have used stay.',
    folder: 'A folder: the one that holds config.arena.yaml',
    single: 'Or single files',
    files_one: '{{count}} file',
    files_other: '{{count}} files',
    chosen: '{{files}}, {{size}}.',
    skipped: '{{files}} of version control or of the system are left out.',
    done: '{{files}} uploaded; the source is being fetched',
    refused: 'The upload was refused',
  },
  revisions: {
    title: 'Revisions',
    current: 'in use',
    currentOption: '{{revision}} (in use)',
    runs: 'Runs',
    open_one: '{{count}} not over',
    open_other: '{{count}} not over',
    fetched: 'Fetched',
    filesOf: 'Files of {{version}}',
    changesOf: 'Changes of {{version}}',
    none: 'Nothing has been fetched yet',
    noneDescription: 'The conditions and events of the source say why.',
  },
  files: {
    label: 'Files of the bundle',
    choose: 'Choose a file',
    missing: 'The revision has no file {{path}}',
    problems_one: '{{count}} problem',
    problems_other: '{{count}} problems',
    executable: 'executable',
    truncated: 'Only the first 1 MiB of the file is shown.',
    binary: 'The file is no text',
    contentOf: 'Content of {{path}}',
  },
  severity: { error: 'Error', warning: 'Warning' },
  problems: {
    title: 'Problems ({{shown}})',
    broken: 'The bundle cannot be run as long as it has errors',
    suggestion: 'Did you mean {{suggestion}}?',
  },
  bundle: {
    valid: 'No problems were found.',
    scenarios: 'Scenarios ({{shown}})',
    scenariosLabel: 'Scenarios',
    providers: 'Providers ({{shown}})',
    providersLabel: 'Providers',
    others: 'Prompts, tools and personas',
    description: 'Description',
    taskType: 'Prompt',
    group: 'Provider group',
    labels: 'Labels',
    file: 'File',
    model: 'Model',
    prompt: 'Prompt',
    tool: 'Tool',
    persona: 'Persona',
  },
  changes: {
    one: 'There is one revision only',
    oneDescription: 'Changes are shown as soon as the content has changed.',
    from: 'From',
    to: 'To',
    none: 'The two revisions are the same',
    files_one: '{{count}} file changed',
    files_other: '{{count}} files changed',
    of: 'Changes of {{path}}',
    added: 'added',
    removed: 'removed',
    modified: 'changed',
    omitted: {
      binary: 'The file is no text.',
      'too large': 'The change is too large to be shown.',
      mode: 'Only whether the file may be executed has changed.',
    },
  },
  advice: {
    Suspended:
      'Remove spec.suspend to have it fetched again. Jobs go on with what was fetched before.',
    NoArtifact: 'Jobs that use the source wait until something was fetched.',
    AddressNotAllowed:
      'Use an address that is reachable from outside, or ask an administrator to add it to arena.network.allow.',
    AuthenticationFailed:
      'Check what is in the Secret of the source, that the token has not expired, and that it may read.',
    SecretNotFound:
      'Make the Secret in the namespace of the source, with the keys that its type needs.',
    SecretNotAllowed:
      'Who owns the Secret lists the hosts that it may be sent to: in an annotation on Kubernetes, in arena.sourceCredentials in app-config of the portal.',
    HostKeyUnknown:
      'Add the key of the server to known_hosts in the Secret, after comparing it with what the owner of the server publishes.',
    CertificateNotTrusted:
      'An administrator adds the authority that issued the certificate to those that the backend trusts (NODE_EXTRA_CA_CERTS).',
    Unreachable:
      'Check the address, and whether the backend needs a proxy (HTTPS_PROXY) to reach it.',
    Interrupted: 'It is tried again by itself.',
    Timeout:
      'Raise spec.timeout, or make the bundle smaller: a folder of the repository by spec.git.path.',
    RepositoryNotFound:
      'Check the address. Private repositories look like missing ones to those who may not read them.',
    RefNotFound:
      'Check the branch, tag or commit: it may have been moved or deleted.',
    PathNotFound: 'Check the folder: it may have been moved or renamed.',
    DigestMismatch:
      'Somebody changes what is sent, or the server is broken: ask its owner.',
    UnsupportedArtifact:
      'Push the bundle as a tar archive, for example with oras push, or as an image that holds it.',
    TooLarge:
      'Make the bundle smaller: a folder of the repository, fewer files, media elsewhere.',
    UnsafePath: 'Rename the file: it would be written outside of the bundle.',
    UnsafeLink:
      'Put a copy in place of the link, which leads out of the bundle.',
    LfsPointer:
      'Commit the file itself: what Git LFS stores elsewhere is not fetched.',
    Submodule: 'Copy what the bundle needs: submodules are not fetched.',
    Empty: 'Put a bundle there: a folder with config.arena.yaml.',
    ToolMissing: 'An administrator installs it beside the backend.',
  },
} as const;
