/** Largest message of an MCP server: media travels in base64. */
export const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

/** Most tools of one server. */
export const MAX_TOOLS = 1_000;

/** Most pages of a server's list of tools: pages may be empty. */
export const MAX_TOOL_PAGES = 1_000;
