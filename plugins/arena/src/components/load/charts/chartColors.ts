import { useEffect, useState } from 'react';
import { LineColor } from './chartSpecs';

/** Colours as the canvas needs them: it does not know custom properties. */
export interface ChartColors {
  line: Record<LineColor, string>;
  /** Of the same, see-through. */
  area: Record<LineColor, string>;
  text: string;
  grid: string;
  stage: string;
  control: string;
  warmUp: string;
}

const LINES: readonly LineColor[] = [
  'grey',
  'blue',
  'green',
  'orange',
  'purple',
  'red',
];

/** Reads the colours of the theme that holds where the element is. */
export function chartColors(element: Element): ChartColors {
  const style = getComputedStyle(element);
  const read = (name: string) =>
    style.getPropertyValue(`--arena-chart-${name}`).trim() || '#808080';
  const all = (suffix: string) =>
    Object.fromEntries(
      LINES.map(name => [name, `${read(name)}${suffix}`]),
    ) as Record<LineColor, string>;
  return {
    line: all(''),
    area: all('2e'),
    text: read('text'),
    grid: read('grid'),
    stage: read('text'),
    control: read('orange'),
    warmUp: read('shade'),
  };
}

const MODE = 'data-theme-mode';

/** Light or dark, as the app says on its body; changes with it. */
export function useThemeMode(): string | null {
  const [mode, setMode] = useState(() => document.body.getAttribute(MODE));
  useEffect(() => {
    const read = () => setMode(document.body.getAttribute(MODE));
    const observer = new MutationObserver(read);
    observer.observe(document.body, { attributeFilter: [MODE] });
    read();
    return () => observer.disconnect();
  }, []);
  return mode;
}
