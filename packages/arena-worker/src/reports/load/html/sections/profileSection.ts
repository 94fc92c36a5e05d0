import { LoadReport } from '@backstage-arena/plugin-arena-common/load';
import { formatMs } from '../../formatMs';
import { money, number, percent, rate, span } from '../format';
import { html, Markup } from '../markup';
import { definitions } from '../table';

/** How the test was set up. */
export function profileSection({ profile }: LoadReport): Markup {
  const { mode, slo, search, mix } = profile;
  const isOpen = mode === 'open';
  const level = (name: string, ms: number | undefined) =>
    ms === undefined ? [] : [`${name} ${formatMs(ms)}`];
  return html`<section>
    <h2>Settings</h2>
    ${definitions([
      ['Mode', isOpen ? 'open loop' : 'closed loop'],
      ['Arrivals', isOpen && arrivalsOf(profile)],
      [
        'Search',
        search &&
          `${rate(search.startRPS)} to ${rate(search.maxRPS)}, steps of ${span(
            search.stepDurationMs,
          )}, ${percent(search.precision)} wide`,
      ],
      [
        'Conversations in flight',
        isOpen
          ? `at most ${number(profile.maxInFlight)} for each worker`
          : `${number(profile.vusPerWorker)} for each unit of load and worker`,
      ],
      ['Warm-up', profile.warmUpMs > 0 ? span(profile.warmUpMs) : 'none'],
      ['Graceful stop', span(profile.gracefulStopMs)],
      [
        'Service levels',
        [
          ...level('latency', slo.latencyMs),
          ...level('TTFT', slo.ttftMs),
          ...level('ITL', slo.itlMs),
          ...level('TPOT', slo.tpotMs),
        ].join(', ') || 'none',
      ],
      ['Checks are run on', percent(profile.sampleRate)],
      [
        'Mix',
        mix.length > 0 &&
          mix
            .map(({ scenario, provider, weight }) =>
              [
                ...(scenario === undefined ? [] : [`scenario ${scenario}`]),
                ...(provider === undefined ? [] : [`provider ${provider}`]),
                `weight ${weight}`,
              ].join(' '),
            )
            .join('; '),
      ],
      [
        'Rate limits of providers',
        profile.exceedRateLimits ? 'left out' : 'kept',
      ],
      [
        'Budget',
        profile.budgetLimit !== undefined &&
          money(profile.budgetLimit, profile.budgetCurrency),
      ],
    ])}
    <details>
      <summary>Settings as JSON</summary>
      <pre>${JSON.stringify(profile, null, 2)}</pre>
    </details>
  </section>`;
}

/** How the figures are computed. */
export function formulasSection({ formulas }: LoadReport): Markup {
  return html`<details>
    <summary>How the figures are computed</summary>
    ${definitions(Object.entries(formulas))}
  </details>`;
}

function arrivalsOf({ arrivals, seed }: LoadReport['profile']): string {
  return arrivals === 'poisson' ? `poisson, seed ${seed}` : arrivals;
}
