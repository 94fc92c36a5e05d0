const look = (language, theme, width) => ({ language, theme, width });

/** Each language, theme and width once. */
const FEW = [look('en', 'light', 1440), look('de', 'dark', 800)];
/** Each of any two together. */
const ALL = [
  look('en', 'light', 1440),
  look('de', 'dark', 1440),
  look('de', 'light', 800),
  look('en', 'dark', 800),
];

/** In which languages (`en`, `de`), themes (`light`, `dark`) and widths (pixels) pages are looked at: few, or with ARENA_ALL_LOOKS all. */
export const LOOKS = process.env.ARENA_ALL_LOOKS ? ALL : FEW;
