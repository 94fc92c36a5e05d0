import { goDurationMs } from './goDuration';
import { timerMs } from './timerMs';

it('waits long where more is asked for than timers can do, instead of not at all', () => {
  expect(timerMs(1_500.2)).toBe(1_501);
  expect(timerMs(-1)).toBe(0);
  expect(timerMs(1e303)).toBe(2_147_483_647);
  expect(timerMs(Infinity)).toBe(2_147_483_647);
  expect(goDurationMs('1000h')).toBe(2_147_483_647);
});
