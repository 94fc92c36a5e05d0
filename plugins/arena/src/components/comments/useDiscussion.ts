import { useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { ItemDiscussion } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaStream } from '../../hooks/useArenaStream';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { Query, useQuery } from '../../hooks/useQuery';
import { messageOf } from '../../lib/errors';
import { useArenaShell } from '../../shell';

/** What can be done in a discussion. Each resolves to whether it worked; the reader is told when it did not. */
export interface DiscussionActions {
  comment(text: string): Promise<boolean>;
  edit(commentId: string, text: string): Promise<boolean>;
  resolve(commentId: string, resolved: boolean): Promise<boolean>;
  remove(commentId: string): Promise<boolean>;
  setLabel(label: string, isSet: boolean): Promise<boolean>;
}

/** What people say of an item, live. */
export function useDiscussion(
  runId: string,
  index: number,
): { discussion: Query<ItemDiscussion>; actions: DiscussionActions } {
  const api = useApi(arenaApiRef);
  const shell = useArenaShell();
  const { t } = useArenaTranslation();
  const discussion = useQuery(
    signal => api.discussion(runId, index, { signal }),
    [api, runId, index],
  );
  useArenaStream(`run:${runId}`, message => {
    const isOurs = message.type === 'comments' && message.runId === runId;
    if (isOurs || message.type === 'reset') discussion.reload();
  });

  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      discussion.reload();
      return true;
    } catch (error) {
      shell.notify({
        status: 'danger',
        message: `${t('error.action')}: ${messageOf(toError(error))}`,
      });
      return false;
    }
  };
  return {
    discussion,
    actions: {
      comment: text => attempt(() => api.comment(runId, index, text)),
      edit: (id, text) => attempt(() => api.updateComment(runId, id, { text })),
      resolve: (id, resolved) =>
        attempt(() => api.updateComment(runId, id, { resolved })),
      remove: id => attempt(() => api.deleteComment(runId, id)),
      setLabel: (label, isSet) =>
        attempt(() => api.setLabel(runId, index, label, isSet)),
    },
  };
}
