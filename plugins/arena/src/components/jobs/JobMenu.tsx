import { useState } from 'react';
import { ButtonIcon, Menu, MenuItem, MenuTrigger } from '@backstage/ui';
import {
  RiDeleteBinLine,
  RiFileCopyLine,
  RiEyeLine,
  RiMore2Fill,
  RiRestartLine,
  RiStopCircleLine,
  RiTimerFlashLine,
} from '@remixicon/react';
import { usePermission } from '@backstage/plugin-permission-react';
import {
  ArenaObject,
  arenaJobCreatePermission,
} from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useJobPermissions } from '../../hooks/useJobPermissions';
import { progressOfJob } from '../../lib/counters';
import { addressOf, isFinished, isScheduled } from '../../lib/jobs';
import { useArenaShell } from '../../shell';
import { ConfirmDialog } from '../shared';
import { useJobActions } from './useJobActions';

/** What can be done with a job. Verbs that are not allowed or make no sense now are not offered. */
export function JobMenu(props: {
  job: ArenaObject;
  cluster: string;
  /** Leaves out the link to the page on which the menu is. */
  hideView?: boolean;
  onDeleted?: () => void;
}) {
  const { job, cluster, hideView, onDeleted } = props;
  const { t } = useArenaTranslation();
  const { links, navigate } = useArenaShell();
  const [isOpen, setIsOpen] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const address = addressOf(job, cluster);
  // A table must not ask for the permissions of every row before someone wants one.
  const allowed = useJobPermissions(isOpen ? address : undefined);
  const mayCreate = usePermission({ permission: arenaJobCreatePermission });
  const actions = useJobActions(address);
  const name = job.metadata.name;
  const finished = isFinished(job);
  const scheduled = isScheduled(job);
  const hasFailures = (progressOfJob(job)?.failed ?? 0) > 0;

  return (
    <>
      <MenuTrigger isOpen={isOpen} onOpenChange={setIsOpen}>
        <ButtonIcon
          size="small"
          variant="tertiary"
          icon={<RiMore2Fill />}
          aria-label={t('job.actionsOf', { name })}
        />
        <Menu aria-label={t('job.actionsOf', { name })} placement="bottom end">
          {!hideView && (
            <MenuItem
              iconStart={<RiEyeLine />}
              onAction={() => navigate(links.job(address))}
            >
              {t('action.view')}
            </MenuItem>
          )}
          {allowed.cancel && !finished && (
            <MenuItem
              iconStart={<RiStopCircleLine />}
              onAction={() => {
                actions.cancel();
              }}
            >
              {t('action.cancel')}
            </MenuItem>
          )}
          {allowed.rerun && scheduled && !finished && (
            <MenuItem
              iconStart={<RiTimerFlashLine />}
              onAction={() => {
                actions.trigger();
              }}
            >
              {t('schedule.runNow')}
            </MenuItem>
          )}
          {allowed.rerun && !scheduled && (
            <MenuItem
              iconStart={<RiRestartLine />}
              onAction={() => {
                actions.rerun(false);
              }}
            >
              {t('action.rerun')}
            </MenuItem>
          )}
          {allowed.rerun && !scheduled && finished && hasFailures && (
            <MenuItem
              iconStart={<RiRestartLine />}
              onAction={() => {
                actions.rerun(true);
              }}
            >
              {t('action.rerunFailed')}
            </MenuItem>
          )}
          {mayCreate.allowed && (
            <MenuItem
              iconStart={<RiFileCopyLine />}
              onAction={() =>
                navigate(
                  links.newJob({
                    cluster,
                    namespace: address.namespace,
                    copyOf: name,
                  }),
                )
              }
            >
              {t('action.editCopy')}
            </MenuItem>
          )}
          {allowed.delete && (
            <MenuItem
              iconStart={<RiDeleteBinLine />}
              color="danger"
              onAction={() => setConfirming(true)}
            >
              {t('action.delete')}
            </MenuItem>
          )}
        </Menu>
      </MenuTrigger>
      {confirming && (
        <ConfirmDialog
          title={t('job.deleteTitle', { name })}
          description={t('job.deleteDescription')}
          confirmLabel={t('action.delete')}
          onConfirm={async () => {
            await actions.remove();
            onDeleted?.();
          }}
          onClose={() => setConfirming(false)}
        />
      )}
    </>
  );
}
