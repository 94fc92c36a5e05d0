/** Version of the engine, stored with each plan. @public */
export const ENGINE_VERSION = '0.1.0';
