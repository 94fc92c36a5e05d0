import { createHash } from 'node:crypto';
import { Document } from 'yaml';
import { validateCheck } from '../checks/validateCheck';
import { goJson } from '../text/goText';
import {
  failedChecks,
  hasPassed,
  SavedCheck,
  SavedConversation,
} from './SavedConversation';

/** @public */
export interface RegressionOptions {
  /** Fields of the scenario that was run (task_type, variables and so on), to play the new one alike. */
  settings?: (scenario: string) => Record<string, unknown> | undefined;
  /** Which conversations are taken. Default: those that did not pass. */
  take?: 'failed' | 'passed' | 'all';
  /** Only conversations in which a check of this type failed, and of their checks only these. */
  checkType?: string;
  /** One scenario for conversations that say and fail the same. Default true. */
  dedup?: boolean;
}

/** A scenario as a file. @public */
export interface GeneratedScenario {
  id: string;
  yaml: string;
}

const MAX_ID = 63;

/**
 * Makes scenarios of conversations that went wrong: the same user messages, with the checks that failed.
 *
 * @public
 */
export class RegressionScenarios {
  /** What was left out, and why. */
  readonly warnings: string[] = [];
  /** Conversations that were left out because they broke off before any check failed: an outage says nothing about the scenario. */
  unjudged = 0;
  private readonly ids = new Set<string>();
  private readonly seen = new Set<string>();

  constructor(private readonly options: RegressionOptions = {}) {}

  /** The scenario of a conversation; undefined when it is not wanted, or one like it was made before. */
  make(conversation: SavedConversation): GeneratedScenario | undefined {
    const { take = 'failed', checkType, dedup = true } = this.options;
    if (take !== 'all' && hasPassed(conversation) !== (take === 'passed')) {
      return undefined;
    }
    const hasVerdict =
      conversation.error === undefined || failedChecks(conversation).length > 0;
    if (!hasVerdict) {
      this.unjudged += 1;
      return undefined;
    }
    if (
      checkType !== undefined &&
      !failedChecks(conversation).some(({ type }) => type === checkType)
    ) {
      return undefined;
    }
    const turns = this.turnsOf(conversation);
    if (turns.length === 0) {
      this.warnings.push(`${conversation.id}: no user says anything`);
      return undefined;
    }
    const mark = fingerprint(conversation);
    if (dedup && this.seen.has(mark)) return undefined;
    this.seen.add(mark);

    const id = this.uniqueId(conversation.id);
    const checks = this.usable(conversation.checks, conversation);
    const { scenario, provider } = conversation;
    const document = toDocument({
      apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
      kind: 'Scenario',
      metadata: { name: id, labels: { 'generated-from': scenario } },
      spec: {
        task_type: 'conversation',
        ...this.options.settings?.(scenario),
        description: `Regression of ${scenario} on ${provider}`,
        turns,
        ...(checks.length > 0 ? { conversation_assertions: checks } : {}),
      },
    });
    return { id, yaml: document.toString({ lineWidth: 0 }) };
  }

  private turnsOf(conversation: SavedConversation) {
    const turns: Array<{
      role: 'user';
      content: string;
      assertions?: object[];
    }> = [];
    for (const { role, content, checks } of conversation.messages) {
      if (role === 'user') turns.push({ role, content });
      const last = turns[turns.length - 1];
      const usable = this.usable(checks ?? [], conversation);
      if (last && usable.length > 0) {
        last.assertions = [...(last.assertions ?? []), ...usable];
      }
    }
    return turns;
  }

  private usable(
    checks: readonly SavedCheck[],
    { id }: SavedConversation,
  ): Array<{ type: string; params?: object; message?: string }> {
    const { checkType } = this.options;
    return checks.flatMap(({ type, passed, skipped, params, message }) => {
      if (passed || skipped) return [];
      if (checkType !== undefined && type !== checkType) return [];
      const [fault] = validateCheck({ type, params });
      if (fault) {
        this.warnings.push(
          `${id}: a failed ${type} is left out: ${fault.path.join('.')}: ${
            fault.message
          }`,
        );
        return [];
      }
      return [
        {
          type,
          ...(params ? { params } : {}),
          ...(message === undefined ? {} : { message }),
        },
      ];
    });
  }

  private uniqueId(name: string): string {
    const base = sanitise(name);
    let id = base;
    for (let number = 2; this.ids.has(id); number++) {
      const suffix = `-${number}`;
      id = `${base.slice(0, MAX_ID - suffix.length)}${suffix}`;
    }
    this.ids.add(id);
    return id;
  }
}

function toDocument(value: object): Document {
  // A value that stands twice is written twice: people edit these files.
  return new Document(value, { aliasDuplicateObjects: false });
}

function sanitise(name: string): string {
  const id = name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, MAX_ID)
    .replace(/^-+|-+$/g, '');
  return id || 'generated';
}

/** Equal for conversations in which users say the same and the same fails. */
function fingerprint(conversation: SavedConversation): string {
  const failures = failedChecks(conversation)
    .map(({ type, params }) => `${type}:${goJson(params ?? {})}`)
    .sort();
  const said = conversation.messages.flatMap(({ role, content }) =>
    role === 'user' ? [content] : [],
  );
  return createHash('sha256')
    .update(JSON.stringify([failures, said]))
    .digest('hex')
    .slice(0, 16);
}
