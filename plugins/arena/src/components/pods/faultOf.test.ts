import { faultOf } from './faultOf';

const answer = (status: number, text: string, statusText = '') =>
  ({ status, statusText, text: async () => text } as Response);

describe('faultOf', () => {
  it.each([
    [
      'the API server',
      answer(403, '{"kind":"Status","message":"pods is forbidden"}'),
      'pods is forbidden',
    ],
    [
      'the portal',
      answer(403, '{"error":{"name":"NotAllowedError","message":"no"}}'),
      'no',
    ],
    [
      'something between',
      answer(502, '<html>', 'Bad Gateway'),
      '502 Bad Gateway: <html>',
    ],
    ['nobody', answer(500, '{}', 'Oops'), '500 Oops: {}'],
  ])('has the words of %s', async (_, response, message) => {
    expect((await faultOf(response)).message).toBe(message);
  });
});
