import { ANY_ARGUMENTS, HandlerKind } from '../HandlerKind';

/** A tool that the user's program would run: in a test, it is simulated. */
export const clientKind: HandlerKind = {
  async discover({ tool }) {
    return tool
      ? [{ ...tool, endpoint: 'client://browser', status: 'Available' }]
      : [];
  },

  toSpec({ clientConfig }, { inputSchema }) {
    const { consentMessage, categories } = clientConfig ?? {};
    return {
      mode: 'client',
      input_schema: inputSchema ?? ANY_ARGUMENTS,
      client: {
        ...(consentMessage
          ? { consent: { required: true, message: consentMessage } }
          : {}),
        ...(categories ? { categories } : {}),
      },
    };
  },
};
