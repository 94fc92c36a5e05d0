import {
  RiArrowDownLine,
  RiArrowUpLine,
  RiCheckLine,
  RiQuestionLine,
  RiShuffleLine,
} from '@remixicon/react';
import { CellChange, GateVerdict } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import badges from '../shared/badges.module.css';

const VERDICTS: Record<
  GateVerdict,
  { tone: string; Icon: typeof RiCheckLine }
> = {
  Regression: { tone: 'Failed', Icon: RiArrowDownLine },
  NoRegression: { tone: 'Succeeded', Icon: RiCheckLine },
  NothingInCommon: { tone: 'Warning', Icon: RiQuestionLine },
  NoBaseline: { tone: 'Pending', Icon: RiQuestionLine },
  BaselineGone: { tone: 'Failed', Icon: RiQuestionLine },
};

/** What a baseline said, told by icon, colour and word. */
export function VerdictBadge(props: { verdict: GateVerdict }) {
  const { t } = useArenaTranslation();
  const { tone, Icon } = VERDICTS[props.verdict];
  return (
    <span className={badges.badge} data-tone={tone}>
      <Icon aria-hidden size={14} />
      {t(`comparison.verdicts.${props.verdict}`)}
    </span>
  );
}

const CHANGES: Record<CellChange, { tone: string; Icon: typeof RiCheckLine }> =
  {
    regressed: { tone: 'Failed', Icon: RiArrowDownLine },
    worse: { tone: 'Warning', Icon: RiArrowDownLine },
    flaky: { tone: 'flaky', Icon: RiShuffleLine },
    unchanged: { tone: 'Pending', Icon: RiCheckLine },
    better: { tone: 'Pending', Icon: RiArrowUpLine },
    fixed: { tone: 'Succeeded', Icon: RiArrowUpLine },
  };

/** What became of a cell, told by icon, colour and word. */
export function ChangeBadge(props: { change: CellChange }) {
  const { t } = useArenaTranslation();
  const { tone, Icon } = CHANGES[props.change];
  return (
    <span
      className={badges.badge}
      data-tone={tone}
      title={t(`comparison.changesHint.${props.change}`)}
    >
      <Icon aria-hidden size={14} />
      {t(`comparison.changes.${props.change}`)}
    </span>
  );
}
