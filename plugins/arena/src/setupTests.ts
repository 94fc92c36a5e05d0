import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// Whole pages are rendered, on machines that do other things too.
jest.setTimeout(60_000);
configure({ asyncUtilTimeout: 15_000 });

// jsdom has no layout: without sizes, virtual lists would show nothing.
Object.defineProperties(Element.prototype, {
  clientWidth: { configurable: true, get: () => 1200 },
  clientHeight: { configurable: true, get: () => 600 },
});

// CodeMirror measures text through ranges.
Range.prototype.getClientRects = () => Object.assign([], { item: () => null });
Range.prototype.getBoundingClientRect = () =>
  document.body.getBoundingClientRect();

// The charts ask for the resolution of the screen.
window.matchMedia ??= query =>
  Object.assign(new EventTarget(), {
    matches: false,
    media: query,
    onchange: null,
    addListener: () => {},
    removeListener: () => {},
  });
