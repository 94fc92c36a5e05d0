import type { sourceMessages } from '../../components/source/sourceMessages';
import type { Translated } from '../Translated';

/** Texts about sources and what they hold, in German. */
export const source: Translated<typeof sourceMessages> = {
  new: 'Neue Quelle',
  newIn: 'Neue Quelle in {{cluster}}',
  created: 'Quelle {{name}} wurde angelegt',
  refused: 'Der Server nimmt die Quelle nicht an',
  notFound: 'Es gibt keine Quelle {{name}}',
  tabs: 'Teile der Quelle',
  tab: {
    overview: 'Überblick',
    files: 'Dateien',
    bundle: 'Szenarien',
    changes: 'Änderungen',
    events: 'Ereignisse',
    yaml: 'YAML',
  },
  phase: {
    Pending: 'Wartet',
    Initializing: 'Erster Abruf',
    Fetching: 'Wird geholt',
    Ready: 'Bereit',
    Error: 'Fehler',
  },
  type: {
    git: 'Git-Repository',
    oci: 'OCI-Artefakt',
    configmap: 'ConfigMap',
    workspace: 'Ordner des Arbeitsbereichs',
  },
  typeHint: {
    git: 'Ein Branch, Tag oder Commit eines Repositorys, über HTTPS oder SSH.',
    oci: 'Ein Artefakt einer Container-Registry, wie ORAS es ablegt, oder ein Image.',
    configmap: 'Kleine Bündel: Jeder Schlüssel ist eine Datei.',
    workspace:
      'Ein Ordner neben dem Portal, den seine Verwaltung freigegeben hat; Dateien lassen sich hochladen, wo das erlaubt ist.',
  },
  ref: {
    default: 'Vorgegebener Branch',
    branch: 'Branch',
    tag: 'Tag',
    commit: 'Commit',
  },
  field: {
    type: 'Art',
    repository: 'Adresse des Repositorys',
    repositoryHint: 'https://…, ssh://… oder user@host:path',
    refKind: 'Welcher Stand',
    ref: {
      branch: 'Name des Branches',
      tag: 'Name des Tags',
      commit: 'SHA des Commits',
    },
    folder: 'Ordner des Bündels',
    folderHint: 'Leer: das ganze Repository.',
    artifact: 'Adresse des Artefakts',
    artifactHint: 'Mit einem Tag, oder einer Prüfsumme, die sich nie ändert.',
    configMap: 'Name der ConfigMap',
    configMapHint: {
      embedded:
        'Eine aus arena.configMaps in app-config, für diesen Namespace. Jeder Schlüssel ist eine Datei; __ steht für einen Schrägstrich.',
      kubernetes:
        'Aus diesem Namespace. Jeder Schlüssel ist eine Datei; __ steht für einen Schrägstrich.',
    },
    secret: 'Secret mit Zugangsdaten',
    secretHint: {
      https: 'Sein Name. Leer: Alle dürfen das Repository lesen.',
      ssh: 'Sein Name. SSH braucht immer eines.',
      registry: 'Sein Name. Leer: Alle dürfen das Artefakt lesen.',
    },
    secretKey: 'Schlüssel eines Tokens',
    secretKeyHint:
      'Wenn das Secret unter diesem Schlüssel ein Token hat, anstelle von username und password.',
    insecure:
      'Unverschlüsseltes HTTP und Zertifikate erlauben, denen niemand vertraut',
    interval: 'Nachsehen alle',
    intervalHint: 'Zum Beispiel 90s, 5m oder 1h. Leer: 5m.',
  },
  secret: {
    how: 'Wie das Secret entsteht',
    embedded:
      'Wer das Portal verwaltet, trägt es in app-config ein. Werte kommen aus der Umgebung oder aus Dateien, nie in die Datenbank des Portals.',
    kubernetes: 'Wer im Namespace der Quelle Secrets anlegen darf, führt aus:',
    https:
      'Das Passwort kann ein Zugriffstoken sein, das nur lesen darf. Ein Token allein kommt unter einen beliebigen Schlüssel; nennen Sie ihn oben.',
    ssh: 'identity ist ein privater Schlüssel ohne Passphrase, known_hosts hat die Schlüssel des Servers (ssh-keyscan gibt sie aus: Vergleichen Sie sie mit denen, die der Betreiber des Servers veröffentlicht). Ein Server, der nicht darin steht, wird abgelehnt.',
    registry:
      'Ein Secret mit .dockerconfigjson, wie es kubectl create secret docker-registry anlegt, geht auch.',
  },
  fetched: 'Geholt',
  facts: 'Quelle',
  fact: {
    ref: 'Stand',
    interval: 'Abstand',
    timeout: 'Zeitlimit',
    lastFetch: 'Letzter Abruf',
    nextFetch: 'Nächster Abruf',
  },
  run: 'Ausführen',
  sync: {
    action: 'Jetzt holen',
    suspended: 'Ausgesetzt',
    asked: 'Quelle {{name}} wird geholt',
  },
  upload: {
    action: 'Hochladen',
    title: 'Nach {{name}} hochladen',
    replaces: 'Alle Dateien in {{folder}} werden ersetzt',
    replacesDescription:
      'Was dort ist und nicht hochgeladen wird, ist weg. Revisionen, die Läufe benutzt haben, bleiben.',
    folder: 'Ein Ordner: der mit config.arena.yaml',
    single: 'Oder einzelne Dateien',
    files_one: '{{count}} Datei',
    files_other: '{{count}} Dateien',
    chosen: '{{files}}, {{size}}.',
    skipped: '{{files}} der Versionsverwaltung oder des Systems bleiben weg.',
    done: '{{files}} hochgeladen; die Quelle wird geholt',
    refused: 'Das Hochladen wurde abgelehnt',
  },
  revisions: {
    title: 'Revisionen',
    current: 'in Gebrauch',
    currentOption: '{{revision}} (in Gebrauch)',
    runs: 'Läufe',
    open_one: '{{count}} nicht zu Ende',
    open_other: '{{count}} nicht zu Ende',
    fetched: 'Geholt',
    filesOf: 'Dateien von {{version}}',
    changesOf: 'Änderungen von {{version}}',
    none: 'Noch wurde nichts geholt',
    noneDescription: 'Die Bedingungen und Ereignisse der Quelle sagen, warum.',
  },
  files: {
    label: 'Dateien des Bündels',
    choose: 'Wählen Sie eine Datei',
    missing: 'Die Revision hat keine Datei {{path}}',
    problems_one: '{{count}} Fehler',
    problems_other: '{{count}} Fehler',
    executable: 'ausführbar',
    truncated: 'Nur das erste MiB der Datei ist zu sehen.',
    binary: 'Die Datei ist kein Text',
    contentOf: 'Inhalt von {{path}}',
  },
  severity: { error: 'Fehler', warning: 'Warnung' },
  problems: {
    title: 'Fehler ({{shown}})',
    broken: 'Das Bündel lässt sich nicht ausführen, solange es Fehler hat',
    suggestion: 'Meinten Sie {{suggestion}}?',
  },
  bundle: {
    valid: 'Es wurden keine Fehler gefunden.',
    scenarios: 'Szenarien ({{shown}})',
    scenariosLabel: 'Szenarien',
    providers: 'Anbieter ({{shown}})',
    providersLabel: 'Anbieter',
    others: 'Prompts, Werkzeuge und Personas',
    description: 'Beschreibung',
    taskType: 'Prompt',
    group: 'Gruppe von Anbietern',
    labels: 'Labels',
    file: 'Datei',
    model: 'Modell',
    prompt: 'Prompt',
    tool: 'Werkzeug',
    persona: 'Persona',
  },
  changes: {
    one: 'Es gibt nur eine Revision',
    oneDescription:
      'Änderungen sind zu sehen, sobald sich der Inhalt geändert hat.',
    from: 'Von',
    to: 'Bis',
    none: 'Die beiden Revisionen sind gleich',
    files_one: '{{count}} Datei geändert',
    files_other: '{{count}} Dateien geändert',
    of: 'Änderungen von {{path}}',
    added: 'neu',
    removed: 'weg',
    modified: 'geändert',
    omitted: {
      binary: 'Die Datei ist kein Text.',
      'too large': 'Die Änderung ist zu groß, um sie zu zeigen.',
      mode: 'Nur ob die Datei ausgeführt werden darf, hat sich geändert.',
    },
  },
  advice: {
    Suspended:
      'Ohne spec.suspend wird sie wieder geholt. Jobs laufen mit dem weiter, was zuvor geholt wurde.',
    NoArtifact:
      'Jobs, die die Quelle benutzen, warten, bis etwas geholt wurde.',
    AddressNotAllowed:
      'Nehmen Sie eine Adresse, die von außen erreichbar ist, oder lassen Sie sie in arena.network.allow eintragen.',
    AuthenticationFailed:
      'Prüfen Sie, was im Secret der Quelle steht, ob das Token noch gilt und ob es lesen darf.',
    SecretNotFound:
      'Legen Sie das Secret im Namespace der Quelle an, mit den Schlüsseln, die ihre Art braucht.',
    SecretNotAllowed:
      'Wem das Secret gehört, nennt die Hosts, an die es gesendet werden darf: auf Kubernetes in einer Annotation, in app-config des Portals in arena.sourceCredentials.',
    HostKeyUnknown:
      'Fügen Sie known_hosts im Secret den Schlüssel des Servers hinzu, nachdem Sie ihn mit dem verglichen haben, den der Betreiber veröffentlicht.',
    CertificateNotTrusted:
      'Wer das Portal verwaltet, lässt das Backend der Stelle vertrauen, die das Zertifikat ausgestellt hat (NODE_EXTRA_CA_CERTS).',
    Unreachable:
      'Prüfen Sie die Adresse, und ob das Backend einen Proxy braucht (HTTPS_PROXY), um sie zu erreichen.',
    Interrupted: 'Es wird von selbst noch einmal versucht.',
    Timeout:
      'Erhöhen Sie spec.timeout oder verkleinern Sie das Bündel: auf einen Ordner des Repositorys mit spec.git.path.',
    RepositoryNotFound:
      'Prüfen Sie die Adresse. Private Repositorys sehen für Unbefugte aus, als fehlten sie.',
    RefNotFound:
      'Prüfen Sie Branch, Tag oder Commit: Vielleicht wurde er verschoben oder gelöscht.',
    PathNotFound:
      'Prüfen Sie den Ordner: Vielleicht wurde er verschoben oder umbenannt.',
    DigestMismatch:
      'Jemand ändert, was gesendet wird, oder der Server ist defekt: Fragen Sie seinen Betreiber.',
    UnsupportedArtifact:
      'Legen Sie das Bündel als tar-Archiv ab, zum Beispiel mit oras push, oder als Image, das es enthält.',
    TooLarge:
      'Verkleinern Sie das Bündel: ein Ordner des Repositorys, weniger Dateien, Medien anderswo.',
    UnsafePath:
      'Benennen Sie die Datei um: Sie würde außerhalb des Bündels geschrieben.',
    UnsafeLink:
      'Legen Sie eine Kopie an die Stelle der Verknüpfung, die aus dem Bündel hinausführt.',
    LfsPointer:
      'Committen Sie die Datei selbst: Was Git LFS anderswo ablegt, wird nicht geholt.',
    Submodule:
      'Kopieren Sie, was das Bündel braucht: Submodule werden nicht geholt.',
    Empty: 'Legen Sie ein Bündel hinein: einen Ordner mit config.arena.yaml.',
    ToolMissing: 'Wer das Portal verwaltet, installiert es neben dem Backend.',
  },
};
