/** Shows the values under the pointer, in all charts at once. The page is complete without it. */
export const SCRIPT = `'use strict';
(() => {
  const charts = [...document.querySelectorAll('.chart')].map(figure => ({
    svg: figure.querySelector('svg'),
    cursor: figure.querySelector('.cursor'),
    at: figure.querySelector('.at'),
    outputs: [...figure.querySelectorAll('output')],
    ...JSON.parse(figure.querySelector('script').textContent),
  }));
  const two = part => String(part).padStart(2, '0');
  const clock = all => {
    const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, Math.floor(all) % 60];
    return h > 0 ? h + ':' + two(m) + ':' + two(s) : m + ':' + two(s);
  };
  const format = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 4 });
  const nearest = ({ x, y }, at, reach) => {
    let [low, high] = [0, x.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (x[middle] < at) low = middle + 1;
      else high = middle;
    }
    if (low > 0 && at - x[low - 1] < x[low] - at) low -= 1;
    return Math.abs(x[low] - at) <= reach ? y[low] : undefined;
  };
  const show = seconds => {
    for (const { cursor, at, outputs, left, right, end, lines } of charts) {
      const place = left + (seconds / end) * (right - left);
      cursor.setAttribute('x1', place);
      cursor.setAttribute('x2', place);
      cursor.classList.add('shown');
      at.textContent = clock(seconds);
      lines.forEach((line, i) => {
        const value = nearest(line, seconds, Math.max(1, end / 300));
        outputs[i].textContent = value === undefined ? '\\u2013' : format.format(value);
      });
    }
  };
  const hide = () => {
    for (const { cursor, at, outputs } of charts) {
      cursor.classList.remove('shown');
      at.textContent = '';
      outputs.forEach(output => { output.textContent = ''; });
    }
  };
  for (const { svg, width, left, right, end } of charts) {
    svg.addEventListener('pointermove', event => {
      const box = svg.getBoundingClientRect();
      const place = ((event.clientX - box.left) / box.width) * width;
      const share = (place - left) / (right - left);
      if (share < 0 || share > 1) hide();
      else show(share * end);
    });
    svg.addEventListener('pointerleave', hide);
  }
})();
`;
