// All pages of ours, and what must hold on each of them.
import { violations } from '../../../scripts/lib/browser.mjs';

const JOBS = '/arena/jobs/embedded/default';
const SOURCE = '/arena/sources/embedded/default/support-agent';
const COMPONENT = '/catalog/default/component/support-agent';
const ENTITY = '/catalog/default/arenajob/model-comparison_embedded';

/** Pages of ours, with a text by which they can be told to be ready, in English and German. */
export const PAGES = [
  ['jobs', '/arena', 'support-agent'],
  [
    'job',
    `${JOBS}/model-comparison`,
    'Scenarios by provider',
    'Szenarien je Anbieter',
  ],
  ['job-items', `${JOBS}/model-comparison?tab=items`, 'passed', 'bestanden'],
  [
    'job-trials',
    `${JOBS}/travel-desk`,
    'Scenarios by provider',
    'Szenarien je Anbieter',
  ],
  ['job-events', `${JOBS}/model-comparison?tab=events`, 'Reason', 'Grund'],
  ['job-yaml', `${JOBS}/model-comparison?tab=yaml`, 'apiVersion'],
  [
    'job-reports',
    `${JOBS}/model-comparison?tab=reports`,
    'Download',
    'herunterladen',
  ],
  ['job-runs', `${JOBS}/model-comparison?tab=runs`, 'Revision'],
  [
    'transcript',
    `${JOBS}/travel-desk?tab=items&item=0`,
    'Assistant',
    'Assistent',
  ],
  [
    'load',
    `${JOBS}/support-agent-load`,
    'Can it be believed?',
    'Ist es glaubwürdig?',
  ],
  ['data', `${JOBS}/support-tickets`, 'Yield', 'Ausbeute'],
  ['data-rows', `${JOBS}/support-tickets?tab=rows`, 'Row', 'Zeile'],
  [
    'data-rejects',
    `${JOBS}/support-tickets?tab=rejects`,
    'All reasons',
    'Alle Gründe',
  ],
  ['schedule', `${JOBS}/nightly?tab=schedule`, 'Run now', 'Jetzt ausführen'],
  ['new-job', '/arena/new', 'Dry run', 'Probelauf'],
  ['sources', '/arena/sources', 'support-agent'],
  ['source', SOURCE, 'in use', 'in Gebrauch'],
  [
    'source-files',
    `${SOURCE}?tab=files&file=config.arena.yaml`,
    'config.arena.yaml',
  ],
  [
    'source-bundle',
    `${SOURCE}?tab=bundle`,
    'Prompts, tools and personas',
    'Prompts, Werkzeuge und Personas',
  ],
  [
    'source-changes',
    `${SOURCE}?tab=changes`,
    'There is one revision only',
    'Es gibt nur eine Revision',
  ],
  [
    'compare',
    '/arena/compare',
    'No runs to compare yet',
    'Noch keine Läufe zum Vergleichen',
  ],
  ['component-overview', COMPONENT, 'support-agent-load'],
  ['component', `${COMPONENT}/arena`, 'support-agent-load'],
  [
    'entity-results',
    `${ENTITY}/results`,
    'Scenarios by provider',
    'Szenarien je Anbieter',
  ],
  ['entity-runs', `${ENTITY}/runs`, 'Revision'],
  ['entity-yaml', `${ENTITY}/yaml`, 'apiVersion'],
  ['home', '/', 'Next scheduled', 'Als Nächstes geplant'],
];
/** Of pages of other plugins, what is around our parts. */
const NOT_OURS = [
  'header',
  '[class*="bui-Header"]',
  '[class*="MuiTab"]',
  '[class*="MuiList-root"]',
  '[class*="MuiCircularProgress"]',
];
/** Labels that are another word in German. */
const ENGLISH = ['Pass rate', 'Scenario', 'Duration', 'Status changed', 'Runs'];

/**
 * What is wrong with a page that is shown.
 *
 * @param {import('playwright-core').Page} view
 * @param {{ at: string, language: 'en' | 'de' }} options `at`: its path
 * @returns {Promise<string[]>}
 */
export async function faultsOf(view, { at, language }) {
  const isOurs = at.startsWith('/arena');
  return [
    ...(await violations(view, { exclude: isOurs ? [] : NOT_OURS })),
    ...(await tooWide(view)),
    ...(language === 'de' && isOurs ? await leftInEnglish(view) : []),
  ];
}

/** The part of a page that makes it scroll sideways. */
function tooWide(view) {
  return view.evaluate(() => {
    const overflow = document.documentElement.scrollWidth - window.innerWidth;
    if (overflow <= 0) return [];
    const wide = [...document.body.querySelectorAll('*')].filter(
      element => element.getBoundingClientRect().right > window.innerWidth,
    );
    const inmost = wide.filter(
      element =>
        !wide.some(other => element !== other && element.contains(other)),
    );
    return inmost
      .slice(0, 3)
      .map(
        ({ outerHTML }) =>
          `${overflow} px too wide: ${outerHTML.slice(0, 200)}`,
      );
  });
}

async function leftInEnglish(view) {
  const texts = await view
    .locator('th, dt, h1, h2, h3, button, [role="tab"], [role="columnheader"]')
    .allTextContents();
  return ENGLISH.filter(word => texts.some(text => text.trim() === word)).map(
    word => `'${word}' is English`,
  );
}

/** Waits for a text that can be seen. */
export function shown(view, text) {
  return view.getByText(text).filter({ visible: true }).first().waitFor();
}
