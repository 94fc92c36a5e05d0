import {
  RiAddLine,
  RiArrowDownLine,
  RiArrowUpLine,
  RiCheckLine,
  RiPencilLine,
  RiQuestionLine,
  RiShuffleLine,
  RiSubtractLine,
} from '@remixicon/react';
import { RunSetChange } from '@backstage-arena/plugin-arena-common';

/** How each change looks: never by colour alone. */
export const CHANGE_LOOKS: Record<
  RunSetChange,
  { tone: string; Icon: typeof RiCheckLine }
> = {
  regressed: { tone: 'Failed', Icon: RiArrowDownLine },
  worse: { tone: 'Warning', Icon: RiArrowDownLine },
  fixed: { tone: 'Succeeded', Icon: RiArrowUpLine },
  better: { tone: 'Pending', Icon: RiArrowUpLine },
  flaky: { tone: 'flaky', Icon: RiShuffleLine },
  edited: { tone: 'Pending', Icon: RiPencilLine },
  new: { tone: 'Running', Icon: RiAddLine },
  gone: { tone: 'Pending', Icon: RiSubtractLine },
  unjudged: { tone: 'Pending', Icon: RiQuestionLine },
  unchanged: { tone: 'Pending', Icon: RiCheckLine },
};
