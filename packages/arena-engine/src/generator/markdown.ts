export function code(text: string): string {
  return `\`${text}\``;
}

export function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows]
    .map(cells => `| ${cells.map(cell).join(' | ')} |`)
    .join('\n');
}

/** A page of blocks, with an empty line in between. */
export function page(blocks: string[]): string {
  return `${blocks.filter(block => block !== '').join('\n\n')}\n`;
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\n/g, ' ');
}
