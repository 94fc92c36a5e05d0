import {
  Feature,
  Session,
  SessionFeature,
} from '../conversation/SessionFeature';
import { ToolBox } from '../tools/ToolBox';
import { Skill } from './Skill';
import { SkillsSession } from './SkillsSession';

/** Skills that the model can activate. */
export class SkillsFeature implements Feature {
  constructor(
    private readonly options: {
      skills: readonly Skill[];
      toolBox: ToolBox;
      /** The pattern of a workflow's state; absent: all skills. */
      filterOf: (state: string) => string | undefined;
    },
  ) {}

  open(session: Session): SessionFeature {
    return new SkillsSession({ ...this.options, session });
  }
}
