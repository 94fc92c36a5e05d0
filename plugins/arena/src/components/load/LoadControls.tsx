import { useState } from 'react';
import { Button, NumberField } from '@backstage/ui';
import {
  RiPauseLine,
  RiPlayLine,
  RiSpeedUpLine,
  RiStopLine,
} from '@remixicon/react';
import { toError } from '@backstage/errors';
import { useApi } from '@backstage/frontend-plugin-api';
import { LoadCommand, LoadState } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useJobPermissions } from '../../hooks/useJobPermissions';
import { formatClock, formatNumber } from '../../load/formatLoad';
import { LoadWatch } from '../../load/LoadWatch';
import { rateLevel } from '../../load/loadTimes';
import { useLoadView } from '../../load/useLoadWatch';
import { JobAddress } from '../../shell';
import { ConfirmDialog, ErrorPanel, SectionCard } from '../shared';
import styles from './Load.module.css';

const MAX_RATE = 1_000_000;

/** Changes a load test that runs: its rate, a pause, its end. Shows nothing once it is over. */
export function LoadControls(props: {
  watch: LoadWatch;
  runId: string;
  address: JobAddress;
}) {
  const { watch, runId, address } = props;
  const { state } = useLoadView(watch);
  if (!state || state.phase === 'over') return null;
  return (
    <Controls watch={watch} runId={runId} address={address} state={state} />
  );
}

/** Why something cannot be changed; `undefined` when it can. */
function useRefusals(address: JobAddress, state: LoadState) {
  const { t } = useArenaTranslation();
  const permissions = useJobPermissions(address);
  let all: string | undefined;
  if (!permissions.update && !permissions.loading) {
    all = t('load.controls.forbidden');
  } else if (state.phase === 'waiting') {
    all = t('load.controls.waiting');
  } else if (state.phase === 'stopping') {
    all = t('load.controls.stopping');
  }
  const load =
    all ?? (state.profile.search ? t('load.controls.search') : undefined);
  return { all, load, isUnknown: permissions.loading };
}

/** Sends commands, one at a time, and keeps what became of the last one. */
function useCommand(runId: string, watch: LoadWatch) {
  const api = useApi(arenaApiRef);
  const { t } = useArenaTranslation();
  const [pending, setPending] = useState<LoadCommand['action']>();
  const [result, setResult] = useState<{ text?: string; error?: Error }>({});

  /** Rejects when the server refuses. */
  const send = async (command: LoadCommand) => {
    setPending(command.action);
    setResult({});
    try {
      const state = await api.controlLoad(runId, command);
      watch.accept(state);
      const last = state.controls[state.controls.length - 1];
      setResult({
        text: t(`load.controls.done.${command.action}`, {
          target: command.action === 'rate' ? formatNumber(command.target) : '',
          time: formatClock(last?.atMs ?? state.nowMs ?? 0),
        }),
      });
    } finally {
      setPending(undefined);
    }
  };
  /** @returns whether the server carried it out */
  const attempt = async (command: LoadCommand): Promise<boolean> => {
    try {
      await send(command);
      return true;
    } catch (error) {
      setResult({ error: toError(error) });
      return false;
    }
  };
  return { send, attempt, pending, result };
}

function Controls(props: {
  watch: LoadWatch;
  runId: string;
  address: JobAddress;
  state: LoadState;
}) {
  const { watch, runId, address, state } = props;
  const { t } = useArenaTranslation();
  const refusals = useRefusals(address, state);
  const { send, attempt, pending, result } = useCommand(runId, watch);
  const [typed, setTyped] = useState<number>();
  const [stopping, setStopping] = useState(false);
  const isPaused = state.phase === 'paused';
  const target = typed ?? rateLevel(state);
  const isBusy = pending !== undefined || refusals.isUnknown;
  const mayLoad = !refusals.load && !isBusy;
  const changeRate = async () => {
    // What was refused stays, to be corrected.
    if (await attempt({ action: 'rate', target })) setTyped(undefined);
  };

  return (
    <SectionCard title={t('load.controls.title')}>
      <div className={styles.controls}>
        <NumberField
          className={styles.rate}
          label={
            state.profile.mode === 'open'
              ? t('load.controls.rate')
              : t('load.controls.concurrency')
          }
          minValue={0}
          maxValue={MAX_RATE}
          isDisabled={refusals.load !== undefined}
          value={target}
          onChange={setTyped}
        />
        <Button
          variant="secondary"
          iconStart={<RiSpeedUpLine />}
          isPending={pending === 'rate'}
          isDisabled={!mayLoad || Number.isNaN(target)}
          onPress={() => {
            changeRate();
          }}
        >
          {t('load.controls.change')}
        </Button>
        <Button
          variant="secondary"
          iconStart={isPaused ? <RiPlayLine /> : <RiPauseLine />}
          isPending={pending === 'pause' || pending === 'resume'}
          isDisabled={!mayLoad}
          onPress={() => {
            attempt({ action: isPaused ? 'resume' : 'pause' });
          }}
        >
          {isPaused ? t('load.controls.resume') : t('load.controls.pause')}
        </Button>
        <Button
          variant="secondary"
          iconStart={<RiStopLine />}
          isDisabled={refusals.all !== undefined || isBusy}
          onPress={() => setStopping(true)}
        >
          {t('load.controls.stop')}
        </Button>
      </div>
      <div className={styles.feedback} role="status">
        {refusals.load ?? result.text}
      </div>
      {result.error && (
        <ErrorPanel title={t('load.controls.failed')} error={result.error} />
      )}
      {stopping && (
        <ConfirmDialog
          title={t('load.controls.stopTitle')}
          description={t('load.controls.stopDescription')}
          confirmLabel={t('load.controls.stopConfirm')}
          onConfirm={() => send({ action: 'stop' })}
          onClose={() => setStopping(false)}
        />
      )}
    </SectionCard>
  );
}
