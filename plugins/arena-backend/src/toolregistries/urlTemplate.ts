/** Writes `{argument}` of an address in the way of tool files: `{{.argument}}`. */
export function toTemplate(address: string): string {
  return address.replace(/\{([A-Za-z_]\w*)\}/g, '{{.$1}}');
}

/** Arguments that an address names in braces. */
export function argumentsOf(address: string): string[] {
  return [...address.matchAll(/\{([A-Za-z_]\w*)\}/g)].map(([, name]) => name);
}
