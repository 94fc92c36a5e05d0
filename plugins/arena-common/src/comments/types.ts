import type { PlanCell } from '../plan';

/** Labels that every portal has; others may be made up. @public */
export const ITEM_LABELS = [
  'known-issue',
  'bad-test',
  'flaky',
  'investigating',
  'wont-fix',
] as const;

/** What a label looks like: lower case letters, digits and single dashes, at most 40 characters. @public */
export const ITEM_LABEL_PATTERN = /^(?=.{1,40}$)[a-z0-9]+(-[a-z0-9]+)*$/;

/** Most characters of a comment. @public */
export const MAX_COMMENT_LENGTH = 10_000;

/**
 * The cell of a job that comments and labels are about: all trials of a scenario on a provider, in every run of the job, of those that its
 * schedule created and of those that repeat it.
 *
 * @public
 */
export interface CommentedCell {
  /** Id of the scenario. */
  scenario: string;
  /** Id of the provider. */
  provider: string;
  region: string;
  /** Counts from 0. */
  variant: number;
}

/** The name of a cell within a job, to look it up by. @public */
export function commentedCellName(
  cell: CommentedCell | Pick<PlanCell, 'region' | 'variant'>,
): string {
  const { scenario, provider, region, variant } = cell as CommentedCell &
    PlanCell;
  return JSON.stringify([idOf(scenario), idOf(provider), region, variant]);
}

function idOf(named: string | { id: string }): string {
  return typeof named === 'string' ? named : named.id;
}

/** A comment on a cell. Times are ISO 8601 in UTC. @public */
export interface ItemComment {
  id: string;
  /** Markdown, at most {@link MAX_COMMENT_LENGTH} characters. */
  text: string;
  /** User entity reference. */
  author: string;
  createdAt: string;
  /** When its author last changed the text. */
  editedAt?: string;
  resolvedAt?: string;
  /** User entity reference of who resolved it. */
  resolvedBy?: string;
  /** The scenario was changed since: what the comment says may no longer hold. */
  outdated: boolean;
}

/** A label of a cell. @public */
export interface ItemLabel {
  label: string;
  /** User entity reference of who put it there. */
  author: string;
  createdAt: string;
  /** The scenario was changed since: the label no longer counts. */
  outdated: boolean;
}

/** What people say of the cell of an item. @public */
export interface ItemDiscussion {
  cell: CommentedCell;
  labels: ItemLabel[];
  /** The oldest first; at most 200. */
  comments: ItemComment[];
}

/** A cell that has labels or comments, in short. @public */
export interface DiscussedCell extends CommentedCell {
  /** Labels that count: those that were put on the scenario as it is in this run. */
  labels: string[];
  /** Comments that are not resolved. */
  open: number;
  comments: number;
}

/** @public */
export interface DiscussedCellsPage {
  /** In a fixed order. Cells that the run does not have are left out. */
  items: DiscussedCell[];
  nextCursor?: string;
}
