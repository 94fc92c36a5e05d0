import type { scaffolderMessages } from '../../components/scaffolder/scaffolderMessages';
import type { Translated } from '../Translated';

/** Texts of the fields of scaffolder templates, in German. */
export const scaffolder: Translated<typeof scaffolderMessages> = {
  choose: 'Auswählen',
  allScenarios: 'Alle',
  unknown: 'Was zur Auswahl steht, konnte nicht gelesen werden: {{message}}',
};
