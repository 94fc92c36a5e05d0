/** What tools other than ours send: the request of a conversation of the bundle. */
export const CHAT_REQUEST = {
  headers: {
    'content-type': 'application/json',
    authorization: 'Bearer sk-benchmark',
  },
  body: JSON.stringify({
    model: 'model-p0',
    messages: [
      {
        role: 'system',
        content: 'You answer questions of default in one sentence.',
      },
      {
        role: 'user',
        content: 'Question s0000: what is the answer to everything?',
      },
    ],
  }),
};
